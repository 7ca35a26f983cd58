import { describe, expect, test } from 'vitest';
import { publicDatabasePort } from '../../policy/rules/public-database-port.ts';
import { unprotectedData } from '../../policy/rules/unprotected-data.ts';
import { type Given, said, workload } from './subject.ts';

const postgres = { 'shop-postgres.container': '[Container]\nImage=docker.io/library/postgres:15\n' };

describe('S3.2: data of production is protected', () => {
  const check = (given: Given) => said(unprotectedData, given);

  const expected = 'expected the resource option `protect: true`, which `codeb:protectData: false` takes away';

  test('a database that Pulumi would delete', () => {
    const inputs = workload({ units: postgres });
    expect(check({ inputs })).toEqual([
      `codeb:index:Workload 'shop': protect: found a database in units.shop-postgres.container without it, ${expected}`,
    ]);
    expect(check({ stack: 'any-other-name', inputs })).toHaveLength(1);
    expect(check({ inputs, isProtected: true })).toEqual([]);
    expect(check({ stack: 'shop-pr-7', inputs })).toEqual([]);
    expect(check({ stack: 'staging', inputs })).toEqual([]);
  });

  test('also one whose folder outlives it, and no workload without one', () => {
    for (const onDelete of ['keep', 'archive', 'remove'])
      expect(check({ inputs: workload({ units: postgres, onDelete }) })).toHaveLength(1);
    const app = { 'shop-app.container': '[Container]\nImage=ghcr.io/example/postgres-admin:1\n' };
    expect(check({ inputs: workload({ units: app, onDelete: 'remove' }) })).toEqual([]);
  });

  test('on a server with engine docker, where the project has folders and no unit', () => {
    const folders = { data: '0700', 'data/postgres': '0777', logs: '0755' };
    const inputs = workload({ folders, onDelete: 'keep' });
    expect(check({ inputs })).toEqual([
      "codeb:index:Workload 'shop': protect: found what a database keeps in its folder data/postgres without it, " +
        expected,
    ]);
    expect(check({ inputs, isProtected: true })).toEqual([]);
    expect(check({ stack: 'shop-pr-7', inputs })).toEqual([]);
    expect(check({ inputs: workload({ folders: { logs: '0755' }, onDelete: 'remove' }) })).toEqual([]);
    expect(check({ inputs: workload({ folders, units: postgres }) })).toHaveLength(1);
    // The folder's resource is what is protected; the container may go.
    const container = { type: 'docker:index/container:Container', inputs: { image: 'postgres:15' } };
    expect(check(container)).toEqual([]);
  });

  test('a bucket', () => {
    const type = 'cloudflare:index/r2Bucket:R2Bucket';
    expect(check({ type })).toEqual([`${type} 'shop': protect: found a bucket without it, ${expected}`]);
    expect(check({ type, isProtected: true })).toEqual([]);
  });
});

describe('S4.1: databases are published on the loopback alone', () => {
  const published = (lines: string, image = 'ghcr.io/example/shop:1') =>
    said(publicDatabasePort, { inputs: workload({ units: { 'x.pod': `[Pod]\nImage=${image}\n${lines}\n` } }) });

  test.each([
    ['PublishPort=5433:5432'],
    ['PublishPort=5432'],
    ['PublishPort = 0.0.0.0:6380:6379/tcp'],
    ['PublishPort=[::]:6380:6379'],
    ['PublishPort=192.0.2.1::27017'],
    ['PublishPort=5000-6000:5000-6000'],
    ['PodmanArgs=--log-level=info --publish=5433:5432'],
    ['PodmanArgs=-p 5433:5432'],
  ])('%s is refused', (line) => {
    expect(published(line)).toHaveLength(1);
  });

  test.each([['PublishPort=127.0.0.1:5433:5432'], ['PublishPort=[::1]:6380:6379/tcp'], ['PublishPort=8080:3000']])(
    '%s is let through',
    (line) => {
      expect(published(line)).toEqual([]);
    },
  );

  test('whatever port, where the unit itself is a database', () => {
    const image = 'docker.io/library/redis:7';
    expect(published('PublishPort=9000:9000', image)).toEqual([
      "codeb:index:Workload 'shop': units.x.pod: PublishPort: found '9000:9000', a database's port, " +
        'expected an address of the loopback: 127.0.0.1 or [::1]',
    ]);
    expect(published('Network=host', image)).toEqual([
      "codeb:index:Workload 'shop': units.x.pod: Network: found 'host' for a database, expected a network of its own",
    ]);
    expect(published('Network=host')).toEqual([]);
  });

  test('containers of Docker', () => {
    const type = 'docker:index/container:Container';
    const check = (inputs: object) => said(publicDatabasePort, { type, inputs });
    expect(check({ image: 'postgres:15', ports: [{ internal: 5432, external: 5432 }] })).toEqual([
      "docker:index/container:Container 'shop': ports[0].ip: found no address, which is every one, for a database's " +
        'port 5432, expected an address of the loopback: 127.0.0.1 or [::1]',
    ]);
    expect(check({ image: 'app:1', ports: [{ internal: 6379, ip: '0.0.0.0' }] })).toEqual([
      "docker:index/container:Container 'shop': ports[0].ip: found '0.0.0.0', for a database's port 6379, " +
        'expected an address of the loopback: 127.0.0.1 or [::1]',
    ]);
    expect(check({ image: 'postgres:15', ports: [{ internal: 5432, ip: '127.0.0.1' }] })).toEqual([]);
    expect(check({ image: 'postgres:15', ports: [{ internal: 5432, ip: '::1' }] })).toEqual([]);
    expect(check({ image: 'app:1', ports: [{ internal: 3000 }] })).toEqual([]);
    expect(check({ image: 'postgres:15', networkMode: 'host', publishAllPorts: true })).toEqual([
      "docker:index/container:Container 'shop': networkMode: found 'host' for a database, expected a network of its own",
      "docker:index/container:Container 'shop': publishAllPorts: found true for a database, expected false",
    ]);
  });

  test('containers of Docker whose image is a bare id', () => {
    const type = 'docker:index/container:Container';
    const check = (inputs: object) =>
      said(publicDatabasePort, { type, inputs: { image: `sha256:${'a'.repeat(64)}`, networkMode: 'host', ...inputs } });
    const labelled = (value: string) => ({ labels: [{ label: 'codeb.image', value }] });
    const found = [
      "docker:index/container:Container 'shop': networkMode: found 'host' for a database, expected a network of its own",
    ];
    expect(check(labelled(`docker.io/library/redis@sha256:${'b'.repeat(64)}`))).toEqual(found);
    expect(check({ mounts: [{ target: '/var/lib/postgresql/data' }] })).toEqual(found);
    expect(check({ volumes: [{ containerPath: '/data/db' }] })).toEqual(found);
    expect(check({ ...labelled('ghcr.io/example/shop:1'), mounts: [{ target: '/data' }] })).toEqual([]);
  });
});
