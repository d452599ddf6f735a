// Every public method of Notify's Node client, against the simulator at NOTIFY_API_URL.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const axios = require('axios').default;
const { NotifyClient } = require('notifications-node-client');
const { version } = require('notifications-node-client/package.json');

const env = process.env;
const url = env.NOTIFY_API_URL;
const [SMS, EMAIL, LETTER] = [env.SMS_TEMPLATE_ID, env.EMAIL_TEMPLATE_ID, env.LETTER_TEMPLATE_ID];
const [NUMBER, ADDRESS] = [env.FUNCTIONAL_TEST_NUMBER, env.FUNCTIONAL_TEST_EMAIL];
const ABSENT = 'a1107000-0000-4000-8000-0000000000ee';
const FREE = { name: 'Jo', plot: 7 };
const PDF = fs.readFileSync(path.join(__dirname, '..', 'letter.pdf'));

const methods = Object.keys(NotifyClient.prototype);
const used = new Set();
let calls = 0;

// client notes which of its methods are used.
function client(key = 'API_KEY') {
  return new Proxy(new NotifyClient(url, env[key]), {
    get(target, name) {
      if (methods.includes(name)) {
        used.add(name);
        calls++;
      }
      return target[name];
    },
  });
}

async function refused(status, error, message, promise) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.response.status, status);
    assert.deepEqual(e.response.data, { errors: [{ error, message }], status_code: status });
    return true;
  });
}

// waitFor reads a message until it has the status.
async function waitFor(c, id, status) {
  for (const deadline = Date.now() + 10_000; ; await sleep(100)) {
    const { data } = await c.getNotificationById(id);
    if (data.status === status) return data;
    assert.ok(Date.now() < deadline, `still ${data.status}, not ${status}`);
  }
}

async function texts(c) {
  const options = { personalisation: FREE, reference: 'a+b c', smsSenderId: env.SMS_SENDER_ID };
  const { status, data: sent } = await c.sendSms(SMS, NUMBER, options);
  assert.equal(status, 201);
  assert.deepEqual(sent.content, { body: 'Hello Jo\n\nPlot 7 is free.', from_number: 'Allotments' });
  assert.deepEqual([sent.reference, sent.template.id, sent.template.version], ['a+b c', SMS, 2]);
  assert.equal(sent.uri, `${url}/v2/notifications/${sent.id}`);
  const read = await waitFor(c, sent.id, 'delivered');
  assert.deepEqual([read.type, read.phone_number, read.body], ['sms', NUMBER, sent.content.body]);
  assert.equal(read.cost_in_pounds, 0.0233);
  const rates = { billable_sms_fragments: 1, international_rate_multiplier: 1, sms_rate: 0.0233 };
  assert.deepEqual(read.cost_details, rates);
  const ends = { '07700900003': 'temporary-failure', '07700900002': 'permanent-failure' };
  for (const [number, end] of Object.entries(ends)) {
    await waitFor(c, (await c.sendSms(SMS, number, { personalisation: FREE })).data.id, end);
  }
}

async function emails(c) {
  const oneClickUnsubscribeURL = 'https://www.example.gov.uk/unsubscribe';
  const options = { filename: 'plot.csv', confirmEmailBeforeDownload: true, retentionPeriod: '4 weeks' };
  const agreement = c.prepareUpload(Buffer.from('plot,rent\n7,40\n'), options);
  const { data: sent } = await c.sendEmail(EMAIL, ADDRESS, {
    personalisation: { ...FREE, agreement },
    reference: 'with a file',
    emailReplyToId: env.EMAIL_REPLY_TO_ID,
    oneClickUnsubscribeURL,
  });
  assert.equal(sent.content.subject, 'Plot 7 is yours');
  assert.equal(sent.content.from_email, 'allotments@notifications.service.gov.uk');
  assert.equal(sent.content.one_click_unsubscribe_url, oneClickUnsubscribeURL);
  const start = 'Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: https://documents.';
  assert.equal(sent.content.body.slice(0, start.length), start);
  const read = await waitFor(c, sent.id, 'delivered');
  assert.deepEqual([read.email_address, read.body], [ADDRESS, sent.content.body]);
  assert.deepEqual([read.is_cost_data_ready, read.cost_in_pounds, read.cost_details], [true, 0, {}]);

  const personalisation = { name: 'J*o', plot: 7, agreement: 'on paper' };
  const plain = (await c.sendEmail(EMAIL, ADDRESS, { personalisation, sanitiseContentFor: ['name'] })).data;
  assert.equal(plain.content.body, 'Dear J\\*o\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper');
  assert.deepEqual(plain.sanitised_content, { name: { sanitised: 'J\\*o', unsanitised: 'J*o' } });
  assert.deepEqual([plain.reference, plain.content.one_click_unsubscribe_url], [null, null]);
  const ends = { 'temp-fail': 'temporary-failure', 'perm-fail': 'permanent-failure' };
  for (const [name, end] of Object.entries(ends)) {
    const failing = await c.sendEmail(EMAIL, `${name}@simulator.notify`, { personalisation });
    await waitFor(c, failing.data.id, end);
  }
}

async function letters(c) {
  const address = { address_line_1: 'Jo Smith', address_line_2: '1 High Street', address_line_3: 'SW1A 1AA' };
  const { data: sent } = await c.sendLetter(LETTER, { personalisation: { ...address, plot: 7 }, reference: 'rent' });
  const want = { body: 'Dear Jo Smith\r\n\r\nPlease pay for plot 7.', subject: 'Your rent' };
  assert.deepEqual(sent.content, want);
  const read = await waitFor(c, sent.id, 'received');
  const lines = [1, 2, 3, 4].map((n) => read[`line_${n}`]);
  assert.deepEqual(lines, ['Jo Smith', '1 High Street', 'SW1A 1AA', null]);
  assert.deepEqual([read.reference, read.postage], ['rent', 'second']);
  assert.equal((await c.getPdfForLetterNotification(sent.id)).subarray(0, 5).toString(), '%PDF-');

  const { data: own } = await c.sendPrecompiledLetter('own pdf', PDF, 'first');
  assert.deepEqual(own, { id: own.id, postage: 'first', reference: 'own pdf' });
  const readOwn = await waitFor(c, own.id, 'received');
  assert.deepEqual([readOwn.line_1, readOwn.subject, readOwn.body], ['Provided as PDF', 'Pre-compiled PDF', '']);
  assert.equal(readOwn.cost_in_pounds, 1.49);
  assert.deepEqual(readOwn.cost_details, { billable_sheets_of_paper: 1, postage: 'first' });
  assert.deepEqual(await c.getPdfForLetterNotification(own.id), PDF);
}

async function lists(c) {
  const { data: page } = await c.getNotifications('sms', 'delivered', 'a+b c');
  assert.deepEqual(page.notifications.map((n) => n.reference), ['a+b c']);
  assert.deepEqual(Object.keys(page.links).sort(), ['current', 'next']);
  const older = await c.getNotifications(undefined, undefined, 'a+b c', page.notifications[0].id);
  assert.deepEqual(older.data.notifications, []);
  const all = (await c.getNotifications()).data.notifications;
  assert.equal(all.length, 9);
  assert.deepEqual((await client('API_SENDING_KEY').getNotifications()).data.notifications, []);
}

async function received(c) {
  const { data: page } = await c.getReceivedTexts();
  assert.deepEqual(Object.keys(page).sort(), ['links', 'received_text_messages']);
  const [first, ...others] = page.received_text_messages;
  assert.deepEqual(first, {
    content: 'Diolch 🥕',
    created_at: '2026-11-20T09:02:00.000000Z',
    id: 'a1107000-0000-4000-8000-0000000000d3',
    notify_number: '07700900880',
    service_id: 'a1107000-0000-4000-8000-000000000001',
    user_number: '447900900333',
  });
  assert.deepEqual(others.map((text) => text.content), ['STOP', 'Yes please']);
  assert.deepEqual((await c.getReceivedTexts(first.id)).data.received_text_messages, others);
}

async function templates(c) {
  const { data: now } = await c.getTemplateById(SMS);
  assert.deepEqual([now.name, now.version, now.type], ['Plot is free', 2, 'sms']);
  assert.equal(now.body, 'Hello ((name))\r\n\r\nPlot ((plot)) is free.');
  assert.deepEqual(now.personalisation, { name: { required: true }, plot: { required: true } });
  const { data: before } = await c.getTemplateByIdAndVersion(SMS, 1);
  assert.deepEqual([before.name, before.version, before.body], ['A plot is free', 1, 'Hello ((name))']);
  assert.deepEqual([before.created_at, before.updated_at], ['2026-01-05T10:00:00.000000Z', null]);
  const everything = (await c.getAllTemplates()).data.templates;
  assert.deepEqual(everything.map((t) => t.name), ['Plot is free', 'Rent is due', 'Your plot']);
  assert.deepEqual((await c.getAllTemplates('email')).data.templates.map((t) => t.id), [EMAIL]);
  const { data: shown } = await c.previewTemplateById(EMAIL, { ...FREE, agreement: 'on paper' });
  assert.deepEqual([shown.subject, shown.version], ['Plot 7 is yours', 2]);
  assert.equal(shown.body, 'Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper');
  assert.match(shown.html, />Dear Jo<\/p><h2 /);
}

async function refusals(c) {
  const options = { personalisation: FREE };
  await refused(400, 'BadRequestError', 'Missing personalisation: name, plot', c.sendSms(SMS, NUMBER));
  await refused(400, 'BadRequestError', 'Template not found', c.sendSms(ABSENT, NUMBER));
  await refused(400, 'ValidationError', 'template_id is not a valid UUID', c.sendSms('7', NUMBER));
  const noNumber = 'phone_number Must not contain letters or symbols';
  await refused(400, 'ValidationError', noNumber, c.sendSms(SMS, 'Jo', options));
  await refused(400, 'ValidationError', 'email_address Not a valid email address', c.sendEmail(EMAIL, 'Jo', options));
  const { data: text } = await c.sendSms(SMS, NUMBER, options);
  await refused(400, 'BadRequestError', 'Notification is not a letter', c.getPdfForLetterNotification(text.id));
  const team = 'Can’t send to this recipient using a team-only API key';
  await refused(400, 'BadRequestError', team, client('TEAM_KEY').sendSms(SMS, NUMBER, options));
  await refused(403, 'AuthError', 'Invalid token: API key revoked', client('REVOKED_KEY').getAllTemplates());
  await refused(403, 'AuthError', 'Invalid token: API key not found', client('WRONG_KEY').getAllTemplates());
  await refused(404, 'NoResultFound', 'No result found', c.getNotificationById(ABSENT));
  await refused(404, 'NoResultFound', 'No result found', c.getTemplateById(ABSENT));
  await refused(404, 'NoResultFound', 'No result found', c.getTemplateByIdAndVersion(SMS, 3));
  const limited = () => client('LIMITED_KEY').sendSms(env.LIMITED_TEMPLATE_ID, NUMBER);
  await limited();
  await refused(429, 'TooManyRequestsError', 'Exceeded send limits (sms: 1) for today', limited());
  const throttled = () => client('THROTTLED_KEY').sendSms(env.THROTTLED_TEMPLATE_ID, NUMBER);
  await throttled();
  await throttled();
  const rate = 'Exceeded rate limit for key type TEST of 6 requests per 60 seconds';
  await refused(429, 'RateLimitError', rate, throttled());
}

// The two that change how the client connects: through a proxy, here the simulator itself, and with one's own axios.
async function connections() {
  const { hostname, port } = new URL(url);
  const proxied = client();
  proxied.setProxy({ protocol: 'http', host: hostname, port: Number(port) });
  assert.equal((await proxied.getTemplateById(SMS)).data.id, SMS);
  const own = client();
  const seen = [];
  const instance = axios.create();
  instance.interceptors.request.use((request) => (seen.push(request.url), request));
  own.setClient(instance);
  assert.equal((await own.getTemplateById(SMS)).data.id, SMS);
  assert.deepEqual(seen, [`${url}/v2/template/${SMS}`]);
}

async function main() {
  const c = client();
  for (const check of [texts, emails, letters, lists, received, templates, refusals, connections]) {
    await check(c);
    console.log('ok', check.name);
  }
  const missing = methods.filter((name) => !used.has(name));
  assert.ok(methods.length > 0 && missing.length === 0, `never called: ${missing}`);
  console.log(`notifications-node-client ${version}: ${used.size} of ${methods.length} operations, ${calls} calls`);
}

main();
