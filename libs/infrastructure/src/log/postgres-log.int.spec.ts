import { logContract } from './log.contract.js';
import { openPostgresLog } from './postgres-log.harness.js';

logContract('PostgresLog', openPostgresLog);
