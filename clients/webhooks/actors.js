// Who takes part: the server with an app of its own, and receivers.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

const ENVIRONMENT = { ...process.env, GRANTLINE__OUTBOUND__ALLOW_LOOPBACK: 'true', GRANTLINE__LOGS__JSON: 'true' };

const begun = [];

function begin(command, words, options) {
  const child = spawn(command, words, options);
  begun.push({ child, gone: new Promise((resolve) => child.once('close', resolve)) });
  return child;
}

export function endAll() {
  for (const { child } of begun) child.kill();
  return Promise.all(begun.map(({ gone }) => gone));
}

/** Asks for the next line that a program writes; when it has ended instead, its last line is the error. */
function linesOf(child, stream) {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  let last = 'nothing';
  child.once('error', (error) => (last = error.message));
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${child.spawnargs.join(' ')} has ended, and said last: ${last}`);
    last = value;
    return value;
  };
}

/** A real server in a fresh folder, and an app that is registered with it. */
export class Server {
  static async start(binary, port, folder) {
    const server = new Server();
    server.origin = `http://127.0.0.1:${port}`;
    mkdirSync(folder, { recursive: true });
    const run = (words, input = '') => execFileSync(binary, words, { cwd: folder, env: ENVIRONMENT, input }).toString();
    run(['init', '--base-url', server.origin, 'grantline.toml']);
    const config = ['--config', 'grantline.toml'];
    const person = ['--email', 'ann@example.com', '--name', 'Ann', '--password-stdin'];
    run(['user', 'add', ...config, ...person], 'correct horse battery staple\n');
    const app = ['--owner', 'ann@example.com', '--name', 'Shop', '--publisher', 'Shop Makers'];
    const asks = ['--scope', 'account:read:required', '--redirect', 'http://127.0.0.1/back'];
    const said = run(['app', 'create', ...config, ...app, ...asks]);
    const [, id, secret] = /client_id=(\S+)\s+client_secret=(\S+)/.exec(said);
    server.authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const options = { cwd: folder, env: ENVIRONMENT, stdio: ['ignore', 'inherit', 'pipe'] };
    const child = begin(binary, ['serve', ...config], options);
    const next = linesOf(child, child.stderr);
    while (!(await next()).includes('"message":"serving"'));
    return server;
  }

  async call(method, path, body) {
    const headers = { authorization: this.authorization, 'content-type': 'application/json' };
    const response = await fetch(this.origin + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

/** A program that verifies what it is sent with the library of its language. */
export class Receiver {
  static async start(language, command) {
    const receiver = new Receiver();
    receiver.language = language;
    const child = begin(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    const next = linesOf(child, child.stdout);
    receiver.next = async () => JSON.parse(await next());
    receiver.url = `http://127.0.0.1:${(await receiver.next()).port}/hook`;
    receiver.holds = async (secret) => {
      child.stdin.write(`${secret}\n`);
      await receiver.next();
    };
    return receiver;
  }

  /** Brings a request once more, as it was or changed: undefined when it is verified, else the library's complaint. */
  async complaintAbout({ headers, body }) {
    const response = await fetch(this.url, { method: 'POST', headers, body });
    await this.next();
    return response.status === 204 ? undefined : response.text();
  }
}
