import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.client import Job, run


class Answering(BaseHTTPRequestHandler):
    """Answers with the path; `/missing` with status 404."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.path.encode() * 50
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """Takes many connections at once, and says nothing when the client hangs up on an answer it no longer needs."""

    request_queue_size = 32
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


@pytest.fixture
def port():
    server = Server(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("connections", [1, 8])
def test_client_takes_the_time_of_every_answer(port, connections):
    answers = run(Job(port, ["/one", "/other"], connections, seconds=0, least=30))
    assert len(answers.milliseconds) == len(answers.sizes) == 1  # no seconds: the first answer ends the job
    answers = run(Job(port, ["/one", "/other"], connections, seconds=0.5, least=30))
    assert len(answers.milliseconds) == len(answers.sizes) >= 30
    assert min(answers.milliseconds) > 0
    # The bodies differ by 2 × 50 bytes; of several connections either answer may be the first.
    assert {size - min(answers.sizes) for size in answers.sizes} == {0, 100}


def test_client_refuses_to_count_an_error_as_an_answer(port):
    with pytest.raises(RuntimeError, match=r"/missing: HTTP/1\.1 404"):
        run(Job(port, ["/missing"], 1, seconds=0.5, least=1))
