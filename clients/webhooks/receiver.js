// A developer's receiver, with the published library. It says its port, takes its secret from standard input, says what came
// of each request, and ends when its input ends.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const say = (line) => console.log(JSON.stringify(line));
let webhook;

async function take(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('webhook-')));
  try {
    const event = webhook.verify(body, request.headers);
    say({ headers, body: body.toString(), event });
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    say({ headers, body: body.toString(), complaint: error.message });
    response.writeHead(400, { 'content-type': 'text/plain' }).end(error.message);
  }
}

const server = createServer(take).listen(0, '127.0.0.1', () => say({ port: server.address().port }));
for await (const secret of createInterface({ input: process.stdin })) {
  webhook = new Webhook(secret);
  say({ ready: true });
}
process.exit();
