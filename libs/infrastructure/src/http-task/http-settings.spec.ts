import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readConfiguration } from '../configuration/index.js';
import { httpOptions, httpSettings } from './http-settings.js';

const optionsOf = (environment: Record<string, string>) =>
  httpOptions(readConfiguration(z.object(httpSettings), environment));

describe('The settings of http tasks', () => {
  it('leave an origin alone for a minute after five failures, unless they say otherwise', () => {
    expect(optionsOf({})).toEqual({ circuit: { failuresMax: 5, pauseMs: 60_000 } });
    const said = {
      ORRERY_HTTP_ALLOW: '10.0.0.0/8',
      ORRERY_HTTP_CIRCUIT_FAILURES: '0',
      ORRERY_HTTP_CIRCUIT_PAUSE: '90s',
    };
    expect(optionsOf(said)).toEqual({ allow: '10.0.0.0/8', circuit: { failuresMax: 0, pauseMs: 90_000 } });
  });
});
