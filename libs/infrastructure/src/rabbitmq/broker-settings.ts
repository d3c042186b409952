import { z } from 'zod';
import { flag, rabbitmqUrl, text } from '../configuration/settings.js';
import { EVENT_MODES, type EventMode } from './event-message.js';
import type { BrokerOptions } from './open-broker.js';
import { TOPIC_PATTERN } from './topic-patterns.js';

const DEFAULT_PREFIX = 'orrery';

/** The settings of every process that uses a broker. */
export const brokerSettings = {
  RABBITMQ_URL: rabbitmqUrl
    .optional()
    .describe('The RabbitMQ that events and tasks go to, and that commands and results come from.'),
  RABBITMQ_PREFIX: text
    .regex(/^[A-Za-z0-9_.-]{1,60}$/, 'must be 1 to 60 letters, digits and _.-')
    .default(DEFAULT_PREFIX)
    .describe('What the names of its exchanges and queues begin with.'),
  RABBITMQ_EVENTS: text
    .transform((said) => said.split(',').map((each) => each.trim()))
    .refine(
      (patterns) => patterns.every((each) => TOPIC_PATTERN.test(each)),
      'must be patterns like *.workflow.WorkflowCompleted, with commas between',
    )
    .default(['#'])
    .describe('The events that are told there, as patterns of their routing keys.'),
  RABBITMQ_EVENT_MODE: z
    .enum(EVENT_MODES, `must be ${EVENT_MODES.join(' or ')}`)
    .default('structured')
    .describe('How a CloudEvent becomes a message: all of it in the body, or its attributes as headers.'),
  RABBITMQ_DURABLE_TASKS: flag.describe(
    'Whether tasks that lie there outlive its restart; without it they are handed out again.',
  ),
};

interface BrokerConfig {
  readonly RABBITMQ_URL?: string | undefined;
  readonly RABBITMQ_PREFIX: string;
  readonly RABBITMQ_EVENTS: readonly string[];
  readonly RABBITMQ_EVENT_MODE: EventMode;
  readonly RABBITMQ_DURABLE_TASKS: boolean;
}

/** What these settings say of the broker; nothing if there is none. */
export function brokerOptions(
  config: BrokerConfig,
): Pick<BrokerOptions, 'url' | 'prefix' | 'events' | 'eventMode' | 'durableTasks'> | undefined {
  const { RABBITMQ_URL: url, RABBITMQ_PREFIX: prefix, RABBITMQ_EVENTS: events } = config;
  const { RABBITMQ_EVENT_MODE: eventMode, RABBITMQ_DURABLE_TASKS: durableTasks } = config;
  return url === undefined ? undefined : { url, prefix, events, eventMode, durableTasks };
}
