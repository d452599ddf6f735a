const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { NotifyClient } = require('notifications-node-client');
const { SignIn, TEMPLATE } = require('./sign-in.js');
const { newService, nextMessage, start } = require('./simulator.js');

let simulator;
before(async () => (simulator = await start()));
after(() => simulator.stop());

// signingIn has texted a code; service is the test's own.
async function signingIn(t) {
  const body = '((code)) is your code for Allotments';
  const templates = [{ id: TEMPLATE, type: 'sms', name: 'Sign in', body }];
  const service = await newService(simulator.url, { name: t.name, templates });
  const signIn = new SignIn(new NotifyClient(simulator.url, service.keys.test));
  await signIn.start('07900 900123');
  return { signIn, service };
}

test('the right code', async (t) => {
  const { signIn, service } = await signingIn(t);
  const message = await nextMessage(service, '+447900900123');
  assert.match(message.body, / is your code for Allotments$/);
  assert.equal(signIn.enter(message.code), 'welcome');
});

test('a wrong code', async (t) => {
  const { signIn, service } = await signingIn(t);
  const { code } = await nextMessage(service, '+447900900123');
  assert.equal(signIn.enter(`${code}0`), 'try again');
});
