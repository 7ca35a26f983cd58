import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tool } from '../../tool.ts';
import { job } from '../../work.ts';

/** ansible-core, as a module of this Python. */
export function ansibleTool(python: string): Tool {
  return {
    prepare: async (folder) => {
      const { server } = job.parse(JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')));
      const variables = {
        ansible_host: server.host,
        ansible_port: server.port,
        ansible_user: server.user,
        ansible_ssh_private_key_file: server.privateKeyFile,
        ansible_ssh_common_args: `-o UserKnownHostsFile=${server.knownHostsFile} -o StrictHostKeyChecking=yes`,
        ansible_python_interpreter: '/usr/bin/python3',
      };
      await writeFile(join(folder, 'inventory.json'), JSON.stringify({ all: { hosts: { server: variables } } }));
    },
    command: (operation, folder) => ({
      program: python,
      args: [
        ...['-m', 'ansible', 'playbook', ...(operation === 'drift' ? ['--check'] : [])],
        ...['-i', join(folder, 'inventory.json'), '-e', `@${join(folder, 'job.json')}`],
        join(import.meta.dirname, 'playbook.yaml'),
      ],
      env: {
        ANSIBLE_CONFIG: join(import.meta.dirname, 'ansible.cfg'),
        ANSIBLE_HOME: join(folder, 'ansible'),
        LC_ALL: 'C.UTF-8',
      },
    }),
  };
}
