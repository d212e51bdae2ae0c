#!/usr/bin/env node
import { defineProvider, ProviderError } from 'tool/sdk';

const counts = new Map<string, number>();

const counter = defineProvider({
  name: 'counter',
  version: 'v1.0.0',
  documentation: 'Counts what is done to machines.',
  params: {
    'counter/step': { type: 'integer', default: 1, description: 'How much is added' },
    'counter/limit': { type: 'integer', description: 'The most that is counted' },
    'counter/token': { type: 'string', secure: true },
  },
  optional: ['counter/limit', 'counter/token'],
});

counter
  .onConfig(({ instance, log }) => log.info(`${instance} is configured`))
  .onAction('increment', { model: 'machines', optional: ['counter/step'] }, async ({ model, params, config, publish }) => {
    const name = String(model.Name);
    const count = (counts.get(name) ?? 0) + params['counter/step'];
    if (count > (config['counter/limit'] ?? Infinity)) throw new ProviderError(`${name} is at its limit`, { code: 409 });
    counts.set(name, count);
    await publish('counter', 'incremented', name, { count });
    return count;
  })
  .onAction('total', {}, () => [...counts.values()].reduce((sum, one) => sum + one, 0))
  .onPublish(['machines.delete.*'], ({ event }) => void counts.delete(event.Key))
  .onRequest('GET', '/counts', () => Object.fromEntries(counts))
  .onStop(({ log }) => log.info(`${counts.size} machines were counted`));

void counter.main();
