// Pulumi's SDK would hand a pack in TypeScript to ts-node; what JavaScript imports, Node strips the types of by itself.
import './index.ts';
