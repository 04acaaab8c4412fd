// One cold load of one page.

/** Load `item.url` in a fresh tab and return Lighthouse's result. */
export async function loadPage(tools, plan, item, chrome) {
  const flags = {...plan.settings, port: chrome.port, output: 'json', logLevel: 'silent'};
  const result = await tools.lighthouse(item.url, flags, tools.config(plan));
  if (!result) throw new Error('Lighthouse returned nothing');
  return {lhr: result.lhr};
}
