import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const READY = /Grantline is ready at (http:\/\/127\.0\.0\.1:\d+)/;
const START_LIMIT_MS = 20_000;

/** A program that plays the demo, on a port and in a folder of its own. */
export class Server {
  /** @param {string} origin @param {import('node:child_process').ChildProcess} process @param {string} folder */
  constructor(origin, process, folder) {
    this.origin = origin;
    this.process = process;
    this.folder = folder;
  }

  static async start() {
    const folder = await mkdtemp(path.join(tmpdir(), 'grantline-e2e-'));
    const port = await freePort();
    const arguments_ = ['demo', '--port', String(port), '--data', path.join(folder, 'data')];
    const child = spawn(binary(), arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
    return new Server(await ready(child), child, folder);
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function binary() {
  return process.env.GRANTLINE_BIN ?? fileURLToPath(new URL('../target/debug/grantline', import.meta.url));
}

/** Waits for the line that says where the server is; what it said instead is the error. */
function ready(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const give_up = (why) => reject(new Error(`grantline demo ${why}; it said:\n${said}`));
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      give_up(`was not ready within ${START_LIMIT_MS} ms`);
    }, START_LIMIT_MS);
    const listen = (chunk) => {
      said += chunk;
      const found = READY.exec(said);
      if (found) {
        clearTimeout(limit);
        resolve(found[1]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', (error) => give_up(`could not be started (${error.message})`));
    child.once('exit', (code) => give_up(`ended with code ${code}`));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
