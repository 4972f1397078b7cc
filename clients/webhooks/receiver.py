"""A developer's receiver, with the published library. It says its port, takes its secret from standard input, says what
came of each request, and ends when its input ends."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


def say(line):
    print(json.dumps(line), flush=True)


class Receiver(BaseHTTPRequestHandler):
    webhook = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower().startswith("webhook-")}
        request = {"headers": headers, "body": body.decode()}
        try:
            event = self.webhook.verify(body, dict(self.headers))
            say({**request, "event": event})
            self.answer(204, "")
        except WebhookVerificationError as error:
            say({**request, "complaint": str(error)})
            self.answer(400, str(error))

    def answer(self, status, text):
        self.send_response(status)
        if text:
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Everything is said in JSON."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
say({"port": server.server_port})
for secret in sys.stdin:
    Receiver.webhook = Webhook(secret.strip())
    say({"ready": True})
