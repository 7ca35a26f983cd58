import { beforeAll, expect, test } from 'vitest';
import { CaddySite, Workload } from '../../components/codeb.ts';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { directoryOf, images, type Shop, shop } from './shop.ts';
import { preview, run, Stacks, serverOf } from './stacks.ts';

describeOnServer('a project by the resources of the provider (S2.1, S2.2, S2.7, S4.5)', () => {
  let box: Box;
  let stacks: Stacks;
  const slug = 'flora';
  const wanted: { shop: Shop } = { shop: { slug } };
  const open = () =>
    stacks.open('flora', async () => {
      const { lease } = shop(serverOf(box), wanted.shop);
      return { port: lease.port };
    });
  const asAccount = (command: string) =>
    box.exec(`runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) ${command}`);
  const startedAt = async (unit: string): Promise<string> =>
    (await asAccount(`systemctl --user show -p ActiveEnterTimestampMonotonic --value ${unit}`)).stdout.trim();

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    return () => stacks.end();
  });

  test('a first update makes it, and the app answers on the leased port', async () => {
    const stack = await open();
    const foretold = await preview(stack);
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    const { port } = await stack.outputs();
    expect((await box.exec(`curl -sf http://127.0.0.1:${port?.value}/`)).stdout).toContain('"version":"1.0.0"');
    expect(foretold.text).toContain(`port: ${port?.value}`);
  });

  test('a second update changes nothing', async () => {
    expect((await run(await open(), 'up')).changes).toEqual({ same: 6 });
  });

  test('an update of all of it is one SSH connection', async () => {
    const logins = async () =>
      Number((await box.exec('journalctl -q -t sshd -t sshd-session -g "^Accepted " | wc -l')).stdout);
    wanted.shop = { slug, variable: 'changed' };
    const foretold = await preview(await open());
    expect(foretold.text, 'each file that changes, by its name').toMatch(
      /~ config\/app\.env[^]*~ config\/motd *: \{\s*~ content *:[^]*Variable: changed/,
    );
    const before = await logins();
    expect((await run(await open(), 'up')).changes).toMatchObject({ update: 1 });
    expect((await logins()) - before).toBe(1);
  });

  test('another image restarts the app and nothing else', async () => {
    const before = await startedAt(`project-${slug}-pod.service`);
    const app = await startedAt(`${slug}-app.service`);
    wanted.shop = { slug, image: images.second };
    expect((await run(await open(), 'up')).changes).toEqual({ same: 5, update: 1 });
    expect(await startedAt(`project-${slug}-pod.service`)).toBe(before);
    expect(await startedAt(`${slug}-app.service`)).not.toBe(app);
  });

  test.each([
    {
      what: 'a changed file',
      by: `echo MORE=1 >>${directoryOf(slug)}/config/app.env`,
      shows: /Workload flora.*~status/,
      right: `! grep -q MORE ${directoryOf(slug)}/config/app.env`,
    },
    {
      what: 'a changed file without a password, and what it holds now,',
      by: `echo 'by hand' >>${directoryOf(slug)}/config/motd`,
      shows: /Workload flora.*~files/,
      right: `! grep -q 'by hand' ${directoryOf(slug)}/config/motd`,
    },
    {
      what: 'a file that others may read',
      by: `chmod 644 ${directoryOf(slug)}/config/app.env`,
      shows: /Workload flora.*~files/,
      right: `[ "$(stat -c %a ${directoryOf(slug)}/config/app.env)" = 600 ]`,
    },
    {
      what: 'a removed unit',
      by: `rm /var/lib/codeb/home/.config/containers/systemd/${slug}/${slug}-app.container`,
      shows: /Workload flora.*~units/,
      right: `[ -e /var/lib/codeb/home/.config/containers/systemd/${slug}/${slug}-app.container ]`,
    },
    {
      what: 'a stopped unit',
      by: `runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) systemctl --user stop ${slug}-app`,
      shows: /Workload flora.*~status/,
      right: `runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) systemctl --user is-active ${slug}-app`,
    },
    {
      what: 'a changed site',
      by: `sed -i 's/30s/5s/' /etc/caddy/codeb/${slug}.caddy`,
      shows: /CaddySite flora.*~content/,
      right: `grep -q 30s /etc/caddy/codeb/${slug}.caddy`,
    },
    {
      what: 'a lease that was taken away',
      by: `grep -l '^${slug}/app ' /var/lib/codeb/leases/* | xargs rm`,
      shows: /PortLease flora-app deleted/,
      right: `[ "$(grep -l '^${slug}/app ' /var/lib/codeb/leases/* | wc -l)" = 1 ]`,
    },
  ])('refresh shows $what, and an update puts it right', async ({ by, shows, right }) => {
    const stack = await open();
    expect(await box.exec(by)).toMatchObject({ code: 0 });
    expect((await run(stack, 'refresh')).text).toMatch(shows);
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await box.exec(right)).toMatchObject({ code: 0 });
    expect((await run(stack, 'up')).changes).toEqual({ same: 6 });
    expect((await run(stack, 'refresh')).changes).toEqual({ same: 6 });
  });

  test.each([
    {
      what: 'an image that does not exist',
      change: { image: 'ghcr.io/codeb/none:1' },
      says: /'ghcr.io\/codeb\/none:1' cannot be had; nothing was changed/,
    },
    {
      what: 'a container that exits at once',
      change: { image: images.exits },
      says: /cannot start: this tag exits at once.*the previous state of 'flora' is back and running/s,
    },
    {
      what: 'a health check that never passes',
      change: { image: images.unhealthy, deadline: 3 },
      says: /did not answer with success within 3 s.*503.*the previous state of 'flora' is back and running/s,
    },
    { what: 'a unit that Quadlet cannot read', change: { extra: 'Memory=1G' }, says: /unsupported key 'Memory'/ },
  ])('$what is refused, and the app runs as before', async ({ change, says }) => {
    const before = await box.exec(
      `sha256sum ${directoryOf(slug)}/config/* /var/lib/codeb/home/.config/containers/systemd/${slug}/*`,
    );
    wanted.shop = { slug, image: images.second, variable: 'new', ...change };
    expect((await run(await open(), 'up')).text).toMatch(says);
    wanted.shop = { slug, image: images.second };
    const stack = await open();
    const { port } = await stack.outputs();
    expect(await box.exec(`curl -sf http://127.0.0.1:${port?.value}/`)).toMatchObject({ code: 0 });
    const after = await box.exec(
      `sha256sum ${directoryOf(slug)}/config/* /var/lib/codeb/home/.config/containers/systemd/${slug}/*`,
    );
    expect(after.stdout).toBe(before.stdout);
    expect((await run(stack, 'up')).changes).toEqual({ same: 6 });
  });

  test('a site that Caddy refuses leaves the one before', async () => {
    wanted.shop = { slug, image: images.second, site: 'flora.codeb.dev { nonsense }' };
    const says = /Caddy refuses the configuration; the one before is live and its files are untouched/;
    expect((await preview(await open())).text).toMatch(says);
    expect((await run(await open(), 'up')).text).toMatch(says);
    expect((await box.exec(`cat /etc/caddy/codeb/${slug}.caddy`)).stdout).toContain('reverse_proxy');
    wanted.shop = { slug, image: images.second };
    expect((await run(await open(), 'up')).changes).toEqual({ same: 6 });
  });

  test('two sites with one address are refused before either is written', async () => {
    const other = await stacks.open('rival', async () => {
      shop(serverOf(box), { slug: 'rival', address: 'http://flora.codeb.dev' });
      return {};
    });
    const says =
      "address 'http://flora.codeb.dev' of site 'rival' is served by site 'flora' already; nothing was changed";
    expect((await preview(other)).text).toContain(says);
    expect((await run(other, 'up')).text).toContain(says);
    expect((await box.exec('ls /etc/caddy/codeb')).stdout).not.toContain('rival');
    expect(await run(other, 'destroy')).toMatchObject({ failed: false });
  });

  test('an address may move from one site to another, also to one that is made anew under another name', async () => {
    const site = (name: string, ...labels: string[]) => {
      const addresses = labels.map((label) => `http://${label}.codeb.dev`);
      return { name, addresses, content: `${addresses.join(' ')} {\n\trespond ${name}\n}\n` };
    };
    const served = async (sites: ReturnType<typeof site>[]) => {
      const stack = await stacks.open('moving', async () => {
        const provider = serverOf(box);
        sites.forEach((one, index) => new CaddySite(`site-${index}`, one, { provider }));
        return {};
      });
      const foretold = await preview(stack);
      expect(foretold, foretold.text).toMatchObject({ failed: false });
      expect(await run(stack, 'up')).toMatchObject({ failed: false });
      return (await box.exec("curl -s -H 'Host: ash.codeb.dev' http://127.0.0.1")).stdout;
    };
    expect(await served([site('first', 'ash', 'elm'), site('second', 'oak')])).toBe('first');
    expect(await served([site('first', 'elm'), site('second', 'oak', 'ash')])).toBe('second');
    expect(await served([site('first', 'elm'), site('third', 'oak', 'ash')])).toBe('third');
  });

  test('another stack cannot take the slug', async () => {
    const bare = await stacks.open('bare-thief', async () => {
      new Workload(slug, { slug, directory: directoryOf(slug) }, { provider: serverOf(box) });
      return {};
    });
    const says = `'${slug}' is run on this server by the stack codeb-infra/flora; nothing was changed`;
    expect((await preview(bare)).text).toContain(says);
    expect((await run(bare, 'up')).text).toContain(says);
    const other = await stacks.open('thief', async () => {
      shop(serverOf(box), { slug, address: 'http://thief.codeb.dev', range: { from: 4000, to: 4999 } });
      return {};
    });
    const refused = await run(other, 'up');
    expect(refused.text).toMatch(/'flora\/app' has port \d+ from the stack codeb-infra\/flora; nothing was changed/);
    await run(other, 'destroy');
    expect(await run(await open(), 'refresh')).toMatchObject({ changes: { same: 6 } });
  });

  test('a destroy leaves the data and nothing else', async () => {
    await box.exec(`echo kept >${directoryOf(slug)}/data/postgres/row`);
    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
    const left = await box.exec(`cd ${directoryOf(slug)} && find . -type f | sort`);
    expect(left.stdout).toBe('./config/postgres.password\n./data/postgres/row\n');
    expect(
      (
        await box.exec(
          'ls /etc/caddy/codeb /var/lib/codeb/leases /var/lib/codeb/home/.config/containers/systemd /var/lib/codeb/state',
        )
      ).stdout,
    ).not.toContain(slug);
    expect((await asAccount('podman network ls --format {{.Name}}')).stdout).not.toContain(slug);
    expect((await asAccount('podman pod ps --format {{.Name}}')).stdout).not.toContain(slug);
  });

  test('a delete can archive the folder, which nobody else reads, or remove it', async () => {
    wanted.shop = { slug, onDelete: 'archive' };
    expect(await run(await open(), 'up')).toMatchObject({ failed: false });
    await box.exec(`echo kept >${directoryOf(slug)}/data/postgres/row`);
    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
    const archived = 'cd /var/lib/codeb/archive && stat -c "%a %U" . flora-*.tar.gz && tar -xzOf flora-*.tar.gz';
    expect((await box.exec(`${archived} flora/data/postgres/row`)).stdout).toBe('700 root\n600 root\nkept\n');
    expect((await box.exec(`ls /var/lib/codeb/projects`)).stdout).not.toContain(slug);

    wanted.shop = { slug, onDelete: 'remove' };
    expect(await run(await open(), 'up')).toMatchObject({ failed: false });
    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
    expect((await box.exec(`ls /var/lib/codeb/projects`)).stdout).not.toContain(slug);
  });

  test('the mode of a folder is changed where another one is wanted', async () => {
    wanted.shop = { slug };
    expect(await run(await open(), 'up')).toMatchObject({ failed: false });
    await box.exec(`chmod 0711 ${directoryOf(slug)}/data/postgres`);
    wanted.shop = { slug, logs: '0750' };
    expect((await run(await open(), 'up')).changes).toMatchObject({ update: 1 });
    const modes = await box.exec(`cd ${directoryOf(slug)} && stat -c '%a %n' data/postgres logs`);
    expect(modes.stdout, 'a container may have changed its own').toBe('711 data/postgres\n750 logs\n');
    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
  });
});
