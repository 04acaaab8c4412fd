// A fresh Chrome for each load, and nothing left of it afterwards.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Start Chrome with a profile of its own below `plan.scratch`. */
export async function launchChrome(tools, plan, name) {
  const profile = path.join(plan.scratch, name);
  fs.mkdirSync(profile, {recursive: true});
  const chrome = await tools.launcher.launch({
    chromePath: plan.chrome,
    chromeFlags: plan.flags,
    userDataDir: profile,
    handleSIGINT: false, // main.mjs ends Chrome itself, for every signal
    logLevel: 'silent',
    connectionPollInterval: 100,
    maxConnectionRetries: 300,
  });
  return {port: chrome.port, process: chrome.process, profile};
}

/** End the Chrome, also one that is still starting; wait until it is gone, at most 2 s. */
export async function endChrome(tools, chrome) {
  const child = chrome?.process;
  const gone = child && new Promise(resolve => child.once('exit', resolve));
  endAll(tools);
  if (!child) return;
  end(child);
  if (child.exitCode === null && child.signalCode === null) {
    await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 2000))]);
  }
  remove(chrome.profile);
}

// Chrome leads a process group of its own.
function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** End every Chrome that was started, with its process group, by SIGKILL. */
export function endAll(tools) {
  tools?.launcher.killAll();
}

/** Remove a folder for a gate that was killed: by a process of its own, for we are ended too. */
export function removeLater(folder) {
  const script = 'sleep 1; rm -rf "$0"; sleep 2; rm -rf "$0"';
  const options = {detached: true, stdio: 'ignore', env: {PATH: '/usr/bin:/bin'}};
  spawn('/bin/sh', ['-c', script, folder], options).unref();
}

function remove(folder) {
  try {
    fs.rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 50});
  } catch {
    // Chrome still writes into it; the gate removes the whole scratch folder after us.
  }
}
