import { describe, expect, test } from 'vitest';
import type { Unit } from '../../stacks/container-unit.ts';
import { environmentFile, ownPostgresUrl, sharedPostgresUrl, sharedRedisUrl } from '../../stacks/environment-files.ts';
import { postgresAccess, redisAccess } from '../../stacks/shared-access.ts';
import { commandLine, unitFile } from '../../stacks/unit-file.ts';
import { unitsOf } from '../../stacks/units.ts';
import { project, settings, withApp } from './inputs.ts';
import { planned } from './planned.ts';

function unitOf(spec: Parameters<typeof planned>[0]['projects'][number], name: string): Unit {
  const [shop] = planned({ settings: settings(), projects: [spec] }).projects;
  const unit = shop?.pod && unitsOf(shop.pod, { app: 3000 })[name];
  if (!unit) throw new Error(`no unit '${name}'`);
  return unit;
}

describe('the text of a unit', () => {
  test('repeats a key for each value, and leaves an undefined one out', () => {
    const text = unitFile({ Pod: { PodName: 'a', PublishPort: ['1:2', '3:4'], Network: undefined }, Install: {} });
    expect(text).toBe('[Pod]\nPodName=a\nPublishPort=1:2\nPublishPort=3:4\n\n[Install]\n');
  });

  test('quotes what systemd would take for more than itself', () => {
    expect(commandLine(['node', 'a b', 'say "hi"', '50%', '$HOME', 'back\\slash'])).toBe(
      'node "a b" "say \\"hi\\"" "50%%" "$$HOME" "back\\\\slash"',
    );
  });

  test('S2.6: holds the limits as systemd’s own, and closes what an app does not need', () => {
    const { content } = unitOf(withApp('shop', { limits: { memory: '1G', cpus: 0.5 } }), 'shop-app.container');
    const closed = ['NoNewPrivileges=true', 'DropCapability=ALL', 'ReadOnly=true', 'Tmpfs=/tmp'];
    const limits = ['MemoryMax=1G', 'CPUQuota=50%', 'TasksMax=256', 'Restart=always', 'StartLimitBurst=20'];
    expect(content.split('\n')).toEqual(expect.arrayContaining([...closed, ...limits]));
  });

  test('S2.6: takes the writable root and the command that a project asks for', () => {
    const { content } = unitOf(
      withApp('shop', { readOnlyRoot: false, command: ['npm', 'run', 'start now'] }),
      'shop-app.container',
    );
    expect(content).toContain('Exec=npm run "start now"\n');
    expect(content).not.toMatch(/ReadOnly|Tmpfs/);
  });

  test('S2.6: only publishes on 127.0.0.1', () => {
    expect(unitOf(project('shop'), 'project-shop.pod').content).toContain('PublishPort=127.0.0.1:3000:3000\n');
  });

  test('names the files whose change restarts it', () => {
    expect(unitOf(project('shop'), 'shop-app.container').restartOn).toEqual([
      'config/app.env',
      'config/app.secrets.env',
    ]);
  });
});

describe('environment files and URLs', () => {
  test('have a variable a line, as it stands', () => {
    expect(environmentFile({ A: '1', B: 'two words = "b"' })).toBe('A=1\nB=two words = "b"\n');
  });

  test('lead to the database of the pod, or to the socket of a shared one', () => {
    expect(ownPostgresUrl({ role: 'shop', database: 'shop' }, 'pw')).toBe('postgres://shop:pw@127.0.0.1:5432/shop');
    const shared = new URL(sharedPostgresUrl('shop', 'pw'));
    expect([shared.username, shared.pathname, shared.searchParams.get('host')]).toEqual([
      'shop',
      '/shop',
      '/run/codeb/postgres',
    ]);
    expect(sharedRedisUrl('shop', 'pw')).toBe('unix://shop:pw@/run/codeb/redis/redis.sock');
  });
});

describe('S4.6: access to shared databases', () => {
  test('is granted to a role of its own, and kept out of the log', () => {
    const sql = postgresAccess('shop', 'pw');
    expect(sql).toContain(`ALTER ROLE "shop" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'pw';`);
    expect(sql).toContain('REVOKE ALL ON DATABASE "shop", postgres FROM PUBLIC;');
    expect(sql.indexOf('log_min_error_statement')).toBeLessThan(sql.indexOf('PASSWORD'));
    expect(sql).not.toContain('DROP');
  });

  test('is granted to a user whose keys begin with its name', () => {
    expect(redisAccess('shop', 'pw').split('\n')[0]).toBe(
      'ACL SETUSER shop reset on >pw ~shop:* &shop:* +@all -@admin -@dangerous +info',
    );
  });
});
