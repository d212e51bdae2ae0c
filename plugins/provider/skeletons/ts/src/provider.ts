import { defineProvider } from '../sdk/index.js';

/** Put in by build.mjs. */
declare const VERSION: string;

const provider = defineProvider({
  name: 'sample-provider',
  version: VERSION,
  documentation: 'Says hello.',
  params: {
    'sample-provider/greeting': { type: 'string', default: 'Hello', description: 'What is said first' },
  },
  optional: ['sample-provider/greeting'],
});

provider
  .onConfig(({ instance, log }) => log.info(`${instance} is configured`))
  .onAction('greet', { model: 'machines' }, ({ model, config }) => `${config['sample-provider/greeting']}, ${String(model.Name)}`);

void provider.main();
