"""Runs the provider that was built as a host does: by two sockets, one that it listens on and one of the host's."""

import json
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from protocol import Server, UnixConnection

PROGRAM = Path(__file__).resolve().parent / "dist/sample-provider"


class Host(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class ProviderTest(unittest.TestCase):
    def test_it_says_what_it_is(self):
        definition = json.loads(subprocess.run([PROGRAM, "define"], check=True, capture_output=True).stdout)
        self.assertEqual(definition["Name"], "sample-provider")
        self.assertRegex(definition["Version"], r"^v\d")
        self.assertEqual([action["Command"] for action in definition["AvailableActions"]], ["greet"])

    def test_it_greets(self):
        with tempfile.TemporaryDirectory() as folder:
            inbound, outbound = f"{folder}/i", f"{folder}/o"
            host = Server(outbound, Host)
            threading.Thread(target=host.serve_forever, daemon=True).start()
            provider = subprocess.Popen([PROGRAM, "listen", inbound, outbound], cwd=folder, stdout=subprocess.PIPE, text=True)
            self.addCleanup(provider.kill)
            self.assertEqual(provider.stdout.readline(), "READY!\n")

            def call(name, body):
                connection = UnixConnection(inbound)
                connection.request("POST", f"/api-plugin/v4/{name}", json.dumps(body), {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = response.status, json.loads(response.read())
                connection.close()
                return answer

            self.assertEqual(call("config", {"Name": "mine"})[0], 200)
            self.assertEqual(call("action", {"Command": "greet", "Model": {"Name": "web"}, "Params": {}}), (200, "Hello, web"))
            self.assertEqual(call("action", {"Command": "nope"})[0], 404)
            self.assertEqual(call("config", {"Name": "mine", "sample-provider/greeting": "Bye"})[0], 200)
            self.assertEqual(call("action", {"Command": "greet", "Model": {"Name": "web"}})[1], "Bye, web")
            call("stop", {})
            self.assertEqual(provider.wait(10), 0)
            provider.stdout.close()
            host.shutdown()
            host.server_close()


if __name__ == "__main__":
    unittest.main()
