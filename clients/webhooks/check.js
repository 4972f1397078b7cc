// Do the published libraries of Standard Webhooks verify what the server sends, and nothing else?
//   node check.js GRANTLINE PYTHON PORT FOLDER
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { endAll, Receiver, Server } from './actors.js';

const LIMIT_MS = 120_000;
/** The server sends an endpoint no more tests than this in a minute. */
const TESTS_MAX = 10;
const UNSIGNED = 'No matching signature found';
const TOO_OLD = 'Message timestamp too old';

const [binary, python, port, folder] = process.argv.slice(2);
const beside = (file) => fileURLToPath(new URL(file, import.meta.url));
const COMMANDS = { Node: [process.execPath, beside('receiver.js')], Python: [python, beside('receiver.py')] };

let server;

function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

const receiver = (language) => Receiver.start(language, COMMANDS[language]);

/** A receiver, and an endpoint that leads to it, whose secret it holds. */
async function pair(language) {
  const told = await receiver(language);
  const endpoint = await server.call('POST', '/v1/webhooks', { url: told.url });
  must(endpoint.secret.startsWith('whsec_'), 'A secret should begin with whsec_.');
  await told.holds(endpoint.secret);
  return [told, endpoint.id];
}

/** Sends a sample: what came of it, as the server saw it and as the receiver did. */
async function test(id, told, kind) {
  const attempt = await server.call('POST', `/v1/webhooks/${id}/test`, { type: kind });
  must(attempt.status !== null, `${kind} did not reach the receiver in ${told.language}: ${attempt.failure}.`);
  return { attempt, heard: await told.next() };
}

async function verified(id, told, kind) {
  const { attempt, heard } = await test(id, told, kind);
  must(attempt.status === 204, `${told.language} refuses ${kind}, which is genuine: ${attempt.answer}`);
  return heard;
}

async function everyKindIsVerified(language, webhooks) {
  const kinds = Object.keys(webhooks);
  must(kinds.length > 0, 'The description of the API names no kind of event.');
  for (let at = 0; at < kinds.length; at += TESTS_MAX) {
    const [told, id] = await pair(language);
    for (const kind of kinds.slice(at, at + TESTS_MAX)) {
      const { headers, event } = await verified(id, told, kind);
      const documented = webhooks[kind].post.requestBody.content['application/json'].example;
      const expected = { ...documented, id: headers['webhook-id'], timestamp: event.timestamp, test: true };
      const [found, wanted] = [event, expected].map((one) => JSON.stringify(one));
      must(isDeepStrictEqual(event, expected), `${language} read\n${found}\nand documented is\n${wanted}`);
    }
  }
  return kinds;
}

async function judges(told, request, complaint, what) {
  const [found, wanted] = [await told.complaintAbout(request), complaint].map((one) => one ?? 'verified');
  must(found === wanted, `${what}: ${told.language} should say "${wanted}" and says "${found}".`);
}

/** Two secrets live at a time, and then one: the same request is judged with the old one and with the new one. */
async function aSecretIsRotated(language, kind) {
  const [old, id] = await pair(language);
  const moveTo = (told) => server.call('PATCH', `/v1/webhooks/${id}`, { url: told.url });
  const before = await verified(id, old, kind);
  const secrets = (await server.call('POST', `/v1/webhooks/${id}/secrets`)).data;
  must(secrets.length === 2, `After a rotation two secrets sign, not ${secrets.length}.`);
  const renewed = await receiver(language);
  await renewed.holds(secrets[0].secret);
  await judges(renewed, before, UNSIGNED, 'The new secret, and a request from before the rotation');

  await judges(renewed, await verified(id, old, kind), undefined, 'The new secret while both sign');
  await moveTo(renewed);
  await judges(old, await verified(id, renewed, kind), undefined, 'The old secret while both sign');

  await server.call('DELETE', `/v1/webhooks/${id}/secrets/old`);
  const after = await verified(id, renewed, kind);
  await judges(old, after, UNSIGNED, 'The old secret after its end');
  await moveTo(old);
  const { attempt } = await test(id, old, kind);
  const seen = `${attempt.status} ${attempt.answer}`;
  must(seen === `400 ${UNSIGNED}`, `The server should see that the old secret's holder refuses, and sees: ${seen}`);
  return [renewed, after];
}

/** Each forgery is the genuine request with one thing changed. */
async function forgeriesAreRefused(told, genuine) {
  await judges(told, genuine, undefined, 'The genuine request');
  const moment = Number(genuine.headers['webhook-timestamp']);
  const unlikeIt = genuine.body.replace('"test":true', '"test":false');
  const withHeader = (name, value) => ({ ...genuine, headers: { ...genuine.headers, [name]: String(value) } });
  await judges(told, { ...genuine, body: unlikeIt }, UNSIGNED, 'A changed body');
  await judges(told, withHeader('webhook-id', 'evt_1'), UNSIGNED, 'A changed id');
  await judges(told, withHeader('webhook-timestamp', moment - 1), UNSIGNED, 'A changed timestamp');
  await judges(told, withHeader('webhook-timestamp', moment - 3600), TOO_OLD, 'An old timestamp');
  const stranger = await receiver(told.language);
  await stranger.holds(`whsec_${randomBytes(32).toString('base64')}`);
  await judges(stranger, genuine, UNSIGNED, 'A wrong secret');
}

async function check() {
  server = await Server.start(resolve(binary), port, folder);
  const { webhooks } = await server.call('GET', '/openapi.json');
  for (const language of Object.keys(COMMANDS)) {
    const kinds = await everyKindIsVerified(language, webhooks);
    await forgeriesAreRefused(...(await aSecretIsRotated(language, 'message.received')));
    console.log(`${language}: ${kinds.length} kinds and a rotation are verified, forgeries are refused`);
  }
}

const interrupted = new Promise((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  setTimeout(() => reject(new Error(`Not done within ${LIMIT_MS} ms.`)), LIMIT_MS).unref();
});
try {
  await Promise.race([check(), interrupted]);
} catch (error) {
  console.error([error.message, error.cause?.message].filter(Boolean).join(': '));
  process.exitCode = 1;
}
await endAll();
process.exit();
