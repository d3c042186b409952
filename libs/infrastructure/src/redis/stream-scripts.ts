// A stream is a hash: `version`; `commits`, its lines; `since`, when it was looked at before it was read, by the clock of
// this server; `freshMs`. Whatever is older than it was meant to be, because it came late, is seen to be so.

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** What is kept, and its commits if there are any after ARGV[1]. */
const LOOK = `${NOW}
local kept = redis.call('HMGET', KEYS[1], 'version', 'since', 'freshMs')
local version, freshMs = tonumber(kept[1] or 0), tonumber(kept[3] or 0)
local age = now - tonumber(kept[2] or 0)
local isFresh = age >= 0 and age < freshMs
local commits = version > tonumber(ARGV[1]) and redis.call('HGET', KEYS[1], 'commits')
return { now, version, isFresh and 1 or 0, freshMs, commits }`;

/** ARGV: from, to, since, freshMs, the lines, how many bytes of them are kept at most, for how many milliseconds. */
const EXTEND = `
local kept = redis.call('HMGET', KEYS[1], 'version', 'since')
local version, from, to = tonumber(kept[1] or 0), tonumber(ARGV[1]), tonumber(ARGV[2])
if version > to then return 0 end
if version == to and tonumber(kept[2] or 0) > tonumber(ARGV[3]) then return 0 end
local before = ''
if from > 0 then
  before = version == from and redis.call('HGET', KEYS[1], 'commits')
  if not before then return 0 end
end
if #before + #ARGV[5] > tonumber(ARGV[6]) then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'version', to, 'since', ARGV[3], 'freshMs', ARGV[4])
if from < to then redis.call('HSET', KEYS[1], 'commits', before .. ARGV[5]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[7])`;

/** ARGV: the version, for how many milliseconds it is remembered. */
const MARK = `
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or 0)
if version >= tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** The scripts, as the client is told of them: each is one step, and of one key. */
export const STREAM_SCRIPTS = {
  lookAtStream: { lua: LOOK, numberOfKeys: 1 },
  extendStream: { lua: EXTEND, numberOfKeys: 1 },
  markStream: { lua: MARK, numberOfKeys: 1 },
};

/** What `lookAtStream` answers. */
export type Looked = readonly [now: number, version: number, isFresh: 0 | 1, freshMs: number, commits: string | null];

/** The scripts as commands of the client. */
export interface StreamCommands {
  lookAtStream(key: string, after: number): Promise<Looked>;
  extendStream(key: string, ...values: readonly (string | number)[]): Promise<number>;
  markStream(key: string, version: number, keepMs: number): Promise<number>;
}
