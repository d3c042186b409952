import { isIP } from 'node:net';
import { setting } from '@orrery/infrastructure';
import { z } from 'zod';

const RATE_LIMIT_MAX = 1_000_000;

const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

/** Origins whose pages may use the API, with commas between: `https://console.example.org`. */
const origins = list
  .refine((each) => each.every(isOrigin), 'must be origins like https://console.example.org, with commas between')
  .default([]);

/** Addresses and networks, with commas between: `10.0.0.7, 192.168.0.0/16`. */
const networks = list
  .refine((each) => each.every(isNetwork), 'must be addresses or networks like 10.0.0.0/8, with commas between')
  .default([]);

/** The settings of every process that serves the API: where it reads and listens, who may ask it, and how often. */
export const apiSettings = {
  DATABASE_REPLICA_URLS: setting.databaseUrls.describe('Streaming replicas of the log, which answer queries.'),
  API_HOST: setting.text.default('127.0.0.1').describe('The address the API listens on.'),
  API_PORT: setting.port(8000).describe('The port the API listens on.'),
  API_CORS_ORIGINS: origins.describe('The origins whose pages may use the API.'),
  API_TRUSTED_PROXIES: networks.describe('The proxies before it, whose X-Forwarded-For says who the client is.'),
  API_RATE_LIMIT: setting
    .wholeNumber(0, RATE_LIMIT_MAX, 0)
    .describe('How many requests a minute a client may send; 0 is any number.'),
  API_RATE_BURST: setting
    .wholeNumber(0, RATE_LIMIT_MAX, 20)
    .describe('How many more than that it may send in a minute.'),
  API_GRAPHQL_INTROSPECTION: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .describe('Whether GraphQL tells its schema to whoever asks; unset, it does where this is not production.'),
};

interface RequestConfig {
  readonly API_CORS_ORIGINS: readonly string[];
  readonly API_TRUSTED_PROXIES: readonly string[];
  readonly API_RATE_LIMIT: number;
  readonly API_RATE_BURST: number;
  readonly API_GRAPHQL_INTROSPECTION?: 'true' | 'false';
  readonly ENVIRONMENT?: string;
}

/** What these settings say of requests. */
export function requestOptions(config: RequestConfig) {
  const introspection = config.API_GRAPHQL_INTROSPECTION ?? String(config.ENVIRONMENT !== 'production');
  return {
    corsOrigins: config.API_CORS_ORIGINS,
    trustedProxies: config.API_TRUSTED_PROXIES,
    introspection: introspection === 'true',
    rateLimit: { perMinute: config.API_RATE_LIMIT, burst: config.API_RATE_BURST },
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
