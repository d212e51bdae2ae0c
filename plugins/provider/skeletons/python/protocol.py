"""The protocol of providers: the commands define, listen, unpack and version, and HTTP over two UNIX sockets."""

import json
import os
import queue
import signal
import socket
import socketserver
import sys
import threading
import time
from datetime import datetime, timezone
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler

MOST_PATH_BYTES = 107
MOST_BODY_BYTES = 8 << 20
SUCCESS = {"Model": "", "Key": "", "Type": "", "Messages": None, "Code": 200}


class ProviderError(Exception):
    """A failure that the caller is told, with an HTTP status."""

    def __init__(self, message, code=400):
        super().__init__(message)
        self.code = code if 400 <= code <= 599 else 500


class Call:
    """What a handler is given."""

    def __init__(self, provider, body):
        self.instance = provider.instance
        self.config = provider.config
        self.model = body.get("Model") or {}
        self.params = body.get("Params") or {}
        self.event = body
        self.log = provider.log
        self.publish = provider.publish


class Provider:
    """A provider: decorators add what it does, and main runs its command line."""

    def __init__(self, name, version, documentation="", params=None, required=(), optional=()):
        self.name, self.version, self.documentation = name, version, documentation
        self.params, self.required, self.optional = params or {}, list(required), list(optional)
        self.actions, self.handlers = {}, {}
        self.instance, self.config = name, {}
        self.lines, self.sequence, self.host = queue.Queue(1000), 0, None

    def on_config(self, run):
        self.handlers["config"] = run
        return run

    def on_publish(self, run):
        self.handlers["publish"] = run
        return run

    def on_unpack(self, run):
        self.handlers["unpack"] = run
        return run

    def on_stop(self, run):
        self.handlers["stop"] = run
        return run

    def on_action(self, command, model="", required=(), optional=()):
        def add(run):
            self.actions[command] = (run, model, list(required), list(optional))
            return run

        return add

    def definition(self):
        sections = {"params": {key: {"Name": key, **param} for key, param in self.params.items()}}
        return {
            "Name": self.name,
            "Version": self.version,
            "PluginVersion": 4,
            "HasPublish": "publish" in self.handlers,
            "AvailableActions": [
                {"Provider": "", "Model": model, "Command": command, "RequiredParams": required, "OptionalParams": optional}
                for command, (_, model, required, optional) in self.actions.items()
            ],
            "RequiredParams": self.required,
            "OptionalParams": self.optional,
            "Documentation": self.documentation,
            # JSON is YAML as well.
            "Content": json.dumps({"meta": {"Name": self.name}, "sections": sections}) if self.params else "",
        }

    def main(self):
        command, *words = sys.argv[1:] or ["help"]
        if command == "define":
            print(json.dumps(self.definition(), indent=2))
        elif command == "version":
            print(f"Version: {self.version}")
        elif command == "unpack" and len(words) == 1 and words[0]:
            if "unpack" in self.handlers:
                os.makedirs(words[0], exist_ok=True)
                self.handlers["unpack"](words[0])
        elif command == "listen" and len(words) == 2 and all(len(os.fsencode(word)) <= MOST_PATH_BYTES for word in words):
            self.listen(*words)
        else:
            if command == "listen":
                print("Failed")
            print(f"Usage: {self.name} define | listen TO-PLUGIN FROM-PLUGIN | unpack DIRECTORY | version", file=sys.stderr)
            sys.exit(0 if command in ("help", "--help") else 1)

    def listen(self, inbound, outbound):
        self.host = outbound
        if os.path.exists(inbound):
            os.unlink(inbound)
        before = os.umask(0o177)
        server = Server(inbound, handler_of(self))
        os.umask(before)
        threading.Thread(target=self.send_lines, daemon=True).start()
        parent = os.getppid()

        def watch():
            while os.getppid() == parent:
                time.sleep(1)
            self.stop()

        threading.Thread(target=watch, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=self.stop).start())
        print("READY!", flush=True)
        # What is printed from here on is for people: standard output is the host's.
        sys.stdout = sys.stderr
        server.serve_forever()

    def stop(self):
        try:
            if "stop" in self.handlers:
                self.handlers["stop"]()
            end = time.monotonic() + 1
            while self.lines.unfinished_tasks and time.monotonic() < end:
                time.sleep(0.01)
        finally:
            os._exit(0)

    def configure(self, given):
        params = {key: value for key, value in given.items() if key != "Name"}
        before = self.instance, self.config
        self.instance, self.config = given.get("Name") or self.name, self.filled(self.required + self.optional, params)
        try:
            if "config" in self.handlers:
                self.handlers["config"](Call(self, {}))
        except Exception:
            self.instance, self.config = before
            raise

    def filled(self, names, given):
        schemas = {name: self.params.get(name, {}).get("Schema", {}) for name in names}
        return {**{name: schema["default"] for name, schema in schemas.items() if "default" in schema}, **given}

    def act(self, action):
        if action.get("Command") not in self.actions:
            raise ProviderError(f"Unknown command: {action.get('Command', '')}", 404)
        run, _, required, optional = self.actions[action["Command"]]
        params = self.filled(required + optional, action.get("Params") or {})
        missing = [name for name in required if name not in params]
        if missing:
            raise ProviderError(f"Action {action['Command']} Missing Parameter {', '.join(missing)}")
        return run(Call(self, {**action, "Params": params}))

    def log(self, level, message):
        """Sends a line to the host without waiting for it; when too many wait, it is dropped."""
        self.sequence += 1
        line = {"Group": 0, "Seq": self.sequence, "Time": now(), "Service": self.name, "Principal": "", "Level": level}
        try:
            self.lines.put_nowait({**line, "File": "", "Line": 0, "Message": message, "Data": [], "IgnorePublish": False})
        except queue.Full:
            pass

    def send_lines(self):
        while True:
            line = self.lines.get()
            try:
                self.tell("log", line)
            except OSError:
                pass
            self.lines.task_done()

    def publish(self, kind, action, key, value=None):
        event = {"Time": now(), "Type": kind, "Action": action, "Key": key, "Principal": self.instance, "Object": value, "Original": None}
        self.tell("publish", event)

    def tell(self, name, body):
        connection = UnixConnection(self.host)
        connection.request("POST", f"/api-server-plugin/v4/{name}", json.dumps(body), {"Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()


def now():
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


class UnixConnection(HTTPConnection):
    def __init__(self, path):
        super().__init__("unix", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def handler_of(provider):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            try:
                status, value = 200, self.handled(self.path.split("?")[0])
            except ProviderError as error:
                status, value = error.code, failure(str(error), error.code)
            except Exception as error:
                provider.log("error", f"{self.path}: {error!r}")
                status, value = 500, failure(str(error) or repr(error), 500)
            self.answer(status, value)
            if self.path == "/api-plugin/v4/stop":
                provider.stop()

        def do_GET(self):
            self.answer(404, {"Model": "", "Key": self.path, "Type": self.command, "Messages": None, "Code": 404})

        do_PUT = do_PATCH = do_DELETE = do_GET

        def handled(self, path):
            if path == "/api-plugin/v4/stop":
                return SUCCESS
            if path == "/api-plugin/v4/config":
                provider.configure(self.body())
                return SUCCESS
            if path == "/api-plugin/v4/action" and provider.actions:
                return provider.act(self.body())
            if path == "/api-plugin/v4/publish" and "publish" in provider.handlers:
                provider.handlers["publish"](Call(provider, self.body()))
                return SUCCESS
            raise ProviderError(f"there is no {path}", 404)

        def body(self):
            if "application/json" not in self.headers.get("Content-Type", "").lower():
                raise ProviderError(f"Invalid content type: {self.headers.get('Content-Type', '')}")
            length = int(self.headers.get("Content-Length") or 0)
            if length > MOST_BODY_BYTES:
                self.close_connection = True
                raise ProviderError("the body is too large", 413)
            try:
                value = json.loads(self.rfile.read(length) or b"null")
            except ValueError as error:
                raise ProviderError(str(error)) from error
            if not isinstance(value, (dict, type(None))):
                raise ProviderError("the body is no object")
            return value or {}

        def answer(self, status, value):
            text = (json.dumps(value) + "\n").encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
            self.wfile.flush()

    def failure(message, code):
        return {"Model": "plugin", "Key": provider.name, "Type": "plugin", "Messages": [message], "Code": code}

    return Handler
