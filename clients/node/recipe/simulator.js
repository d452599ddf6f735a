const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { createInterface } = require('node:readline');

// start runs a simulator and returns its address and how to stop it.
async function start() {
  const command = process.env.NOTIFY_SIMULATOR ?? 'notify-simulator';
  const running = spawn(command, ['-listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: running.stdout }), 'line');
  return { url: line.split(' ').at(-1), stop: () => running.kill() };
}

async function json(response) {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

// newService makes a service of the test's own, so that tests that run at the same time never meet.
async function newService(url, service) {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify(service);
  return json(await fetch(`${url}/simulator/services`, { method: 'POST', headers, body }));
}

// nextMessage waits for the next message to a recipient that the test has not seen yet.
async function nextMessage(service, to) {
  return json(await fetch(`${service.url}/messages/next?${new URLSearchParams({ to, wait: '5s' })}`));
}

module.exports = { start, newService, nextMessage };
