/** Arguments, outputs and methods of a class or a function, as its source has them. */
import ts from 'typescript';
import { fieldDoc } from './field-doc.ts';

export interface Member {
  readonly name: string;
  /** As the source writes it. */
  readonly type: string;
  /** As the source writes it; `required`, or `none`. Of arguments only. */
  readonly default: string;
  readonly description: string;
  readonly node: ts.Node;
}

export type Made = ts.ClassDeclaration | ts.FunctionDeclaration;

export function parametersOf(node: Made): readonly ts.ParameterDeclaration[] {
  if (ts.isFunctionDeclaration(node)) return node.parameters;
  return node.members.find(ts.isConstructorDeclaration)?.parameters ?? [];
}

/**
 * Fields of the parameters whose type is an interface for that: `BucketArgs`, `DnsRecordOptions`. Where there is none, the
 * parameters themselves, those that every resource has aside.
 */
export function argumentsOf(checker: ts.TypeChecker, node: Made): Member[] {
  const fields = fieldsOf(checker, node);
  if (fields.length > 0 || schemaOf(node) !== undefined) return fields;
  return parametersOf(node).flatMap((parameter) => {
    const type = checker.getTypeAtLocation(parameter);
    if (ts.isObjectBindingPattern(parameter.name)) {
      const own = type.getProperties().flatMap(({ declarations }) => declarations ?? []);
      return own.filter(ts.isPropertySignature).flatMap((field) => withInner(checker, field, new Map()));
    }
    const name = parameter.name.getText();
    if (name === 'name' || name === 'opts') return [];
    const [tag] = ts.getJSDocParameterTags(parameter);
    const description = ts.getTextOfJSDocComment(tag?.comment) ?? '';
    const absent = parameter.questionToken || parameter.initializer ? 'none' : 'required';
    return [{ name, type: parameter.type?.getText() ?? '', default: absent, description, node: parameter }];
  });
}

function fieldsOf(checker: ts.TypeChecker, node: Made): Member[] {
  return parametersOf(node).flatMap((parameter) => {
    const type = parameter.type && checker.getTypeAtLocation(parameter.type);
    const declaration = type?.symbol?.declarations?.find(ts.isInterfaceDeclaration);
    if (!type || !declaration || isForeign(declaration)) return [];
    if (!/(Args|Options)$/.test(declaration.name.text)) return [];
    const defaults = defaultsOf(parameter);
    const fields = type.getProperties().flatMap(({ declarations }) => declarations ?? []);
    return fields.filter(ts.isPropertySignature).flatMap((field) => withInner(checker, field, defaults));
  });
}

/** A field, and those of the object that it is where that has no name. */
function withInner(checker: ts.TypeChecker, field: ts.PropertySignature, defaults: Map<string, string>): Member[] {
  const absent = field.questionToken ? 'none' : 'required';
  const own = { ...described(checker, field), default: defaults.get(field.name.getText()) ?? absent };
  if (!field.type || !ts.isTypeLiteralNode(field.type)) return [own];
  const inner = field.type.members.filter(ts.isPropertySignature).flatMap((one) => withInner(checker, one, new Map()));
  return [{ ...own, type: 'object' }, ...inner.map((one) => ({ ...one, name: `${own.name}.${one.name}` }))];
}

/** `portLease` of a parameter `args: Wrapped<typeof schema.portLease>`. */
export function schemaOf(node: Made): string | undefined {
  return parametersOf(node)
    .map(({ type }) => /^Wrapped<typeof schema\.(\w+)>$/.exec(type?.getText() ?? '')?.[1])
    .find((found) => found !== undefined);
}

export function outputsOf(checker: ts.TypeChecker, node: Made): Member[] {
  if (!ts.isClassDeclaration(node)) return [];
  return node.members
    .filter(ts.isPropertyDeclaration)
    .filter(({ name }) => !ts.isPrivateIdentifier(name))
    .map((member) => described(checker, member));
}

export function methodsOf(checker: ts.TypeChecker, node: Made): Member[] {
  if (!ts.isClassDeclaration(node)) return [];
  return node.members
    .filter(ts.isMethodDeclaration)
    .filter(({ name }) => !ts.isPrivateIdentifier(name))
    .map((member) => {
      const { name, type, description, node: own } = described(checker, member);
      const parameters = member.parameters.map((parameter) => parameter.getText()).join(', ');
      return { name: `${name}(${parameters})`, type, default: '', description, node: own };
    });
}

type Field = ts.PropertySignature | ts.PropertyDeclaration | ts.MethodDeclaration;

function described(checker: ts.TypeChecker, node: Field): Member {
  const symbol = checker.getSymbolAtLocation(node.name);
  return {
    name: node.name.getText(),
    type: (node.type?.getText() ?? '').replaceAll(/\s+/g, ' '),
    default: '',
    description: symbol ? fieldDoc(symbol, checker) : '',
    node,
  };
}

/** Of `{ health = [] }: PodWorkloadArgs`. */
function defaultsOf({ name }: ts.ParameterDeclaration): Map<string, string> {
  if (!ts.isObjectBindingPattern(name)) return new Map();
  return new Map(
    name.elements.flatMap(({ propertyName, name: own, initializer }) =>
      initializer ? [[(propertyName ?? own).getText(), `\`${initializer.getText()}\``]] : [],
    ),
  );
}

function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes('/node_modules/');
}
