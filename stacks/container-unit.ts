/** What the units of all containers have in common. */
import { containerName, podUnit } from './names.ts';
import type { Pod } from './pod.ts';
import type { Limits } from './services.ts';
import { unitFile } from './unit-file.ts';

/** A unit's text, and the files whose change restarts it. */
export interface Unit {
  content: string;
  restartOn: string[];
}

/** Seconds; an image may have to be pulled first. */
const startTimeout = 300;

export interface ContainerParts {
  /** Whom it reaches: its pod and what that reaches, which is the default, or nobody. */
  reach?: 'pod' | 'none';
  image: string;
  limits: Limits;
  after?: string[];
  /** Files whose change restarts it. */
  files: string[];
  settings: Record<string, string | readonly string[] | undefined>;
  /** Beside what every service has. */
  service?: Record<string, string>;
}

/** A container of a pod, or alone and without a network; as closed and as limited as all of them are. */
export function container(of: Pod, purpose: string, parts: ContainerParts): Unit {
  const { after = [], limits, reach = 'pod' } = parts;
  const content = unitFile({
    Unit: {
      Description: `${purpose} of ${of.slug}`,
      After: after.join(' ') || undefined,
      // Not Requires=: a database that restarts does not take the app with it.
      Wants: after.join(' ') || undefined,
      StartLimitIntervalSec: 600,
      StartLimitBurst: 20,
    },
    Container: {
      ContainerName: containerName(of.slug, purpose),
      Image: parts.image,
      ...(reach === 'pod' ? { Pod: podUnit(of.slug) } : { Network: 'none' }),
      NoNewPrivileges: 'true',
      DropCapability: 'ALL',
      // A process that ignores SIGTERM as PID 1 would cost its whole stop timeout.
      RunInit: 'true',
      LogDriver: 'journald',
      ...parts.settings,
    },
    Service: {
      Restart: 'always',
      RestartSec: 5,
      TimeoutStartSec: startTimeout,
      MemoryMax: limits.memory,
      // What may swap takes as much again: systemd.resource-control(5).
      MemorySwapMax: 0,
      CPUQuota: `${Math.round(limits.cpus * 100)}%`,
      TasksMax: limits.tasks,
      ...parts.service,
    },
    Install: { WantedBy: 'default.target' },
  });
  return { content, restartOn: parts.files };
}
