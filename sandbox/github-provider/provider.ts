import { loadContract } from '../contract/contract.ts';
import type { StandIn } from '../contract/service.ts';
import { GithubClient } from './client.ts';
import { configOf } from './config.ts';
import { getRepository } from './functions/repository.ts';
import { getTeam } from './functions/team.ts';
import { getUser } from './functions/user.ts';
import { deploymentPolicy } from './resources/deployment-policy.ts';
import { environment } from './resources/environment.ts';
import { ruleset } from './resources/ruleset.ts';
import { secret } from './resources/secret.ts';
import { variable } from './resources/variable.ts';
import { standIn } from './stand-in.ts';

export const github: StandIn<GithubClient> = {
  contract: loadContract('github'),
  connect: (given) => new GithubClient(configOf(given, process.env)),
  resources: {
    'github:index/repositoryEnvironment:RepositoryEnvironment': standIn(environment),
    'github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy':
      standIn(deploymentPolicy),
    'github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret': standIn(secret),
    'github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable': standIn(variable),
    'github:index/repositoryRuleset:RepositoryRuleset': standIn(ruleset),
  },
  functions: {
    'github:index/getRepository:getRepository': getRepository,
    'github:index/getTeam:getTeam': getTeam,
    'github:index/getUser:getUser': getUser,
  },
};
