// Lighthouse and what it brings along, from the folder where they are installed.
import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

/** Load Lighthouse from `folder` (…/node_modules/lighthouse) with its own dependencies. */
export async function loadTools(folder) {
  const require = createRequire(path.join(folder, 'package.json'));
  const load = file => import(pathToFileURL(file).href);
  const lighthouse = await load(path.join(folder, 'core', 'index.js'));
  const constants = await load(path.join(folder, 'core', 'config', 'constants.js'));
  const {emulate} = await load(path.join(folder, 'core', 'lib', 'emulation.js'));
  const puppeteer = await load(require.resolve('puppeteer-core'));
  const launcher = await load(require.resolve('chrome-launcher'));
  const desktop = plan => plan.formFactor === 'desktop';
  return {
    lighthouse: lighthouse.default,
    startFlow: lighthouse.startFlow,
    config: plan => (desktop(plan) ? lighthouse.desktopConfig : undefined),
    settings: plan => ({
      ...constants.defaultSettings,
      ...(desktop(plan) ? lighthouse.desktopConfig.settings : {}),
    }),
    emulate,
    puppeteer: puppeteer.default,
    launcher,
  };
}
