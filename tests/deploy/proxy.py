"""nginx with the repository's own file, on ports and in a folder of its own, before two web processes."""

import http.client
import ipaddress
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ivrsite.launch.ports import any_free

FILE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""
VISITOR = "127.0.0.2"  # where whoever asks is; the web processes are asked from 127.0.0.1
NAME = "voice.example.com"
SOON = 0.3  # seconds that nginx waits where the file says nothing, and for the answer URL
# One process: a master that was killed would leave its workers behind.
AROUND = """daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/log/main.log crit;
events {{ worker_connections 100; }}
http {{
    types {{ text/css css; application/javascript js; }}
    access_log {folder}/log/access.log;
    {temporary}
    proxy_read_timeout {patience};
    include {folder}/callwright.conf;
}}
"""
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {name}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Process(Protocol):
    """A web process, as a proxy knows it."""

    port: int

    def leave(self) -> None: ...


class Proxy:
    """One nginx. `processes` stand behind it; `folder` is its /srv/callwright, /var/www/html is in it, and the logs.

    `name` is the site's, and `seconds` how long it waits for an answer where the file does not say."""

    def __init__(self, folder: Path, *processes: Process, name: str = NAME, seconds: float = SOON) -> None:
        self.folder, self.processes, self._name = folder, processes, name
        self._patience = f"{seconds * 1000:.0f}ms"
        self.secure, self.plain = any_free(), any_free()
        for part in ("log", "static", "deploy", "www/.well-known/acme-challenge"):
            (folder / part).mkdir(parents=True)
        shutil.copy(FILE.with_name("fallback.xml"), folder / "deploy")
        self._certificate()
        (folder / "callwright.conf").write_text(self._here(FILE.read_text()))
        (folder / "nginx.conf").write_text(
            AROUND.format(
                folder=folder,
                patience=self._patience,
                temporary=" ".join(f"{kind}_temp_path {folder}/{kind};" for kind in KINDS),
            )
        )
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log/main.log")]
        self.nginx = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._wait_until_it_listens()

    def _here(self, text: str) -> str:
        """The file as an operator of this folder would have it, and with what it waits for made short."""
        first, second = (str(process.port) for process in self.processes)
        for found, becomes in {
            "8001": first,
            "8002": second,
            "listen 443": f"listen 127.0.0.1:{self.secure}",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            f"/etc/letsencrypt/live/{NAME}": str(self.folder),
            NAME: self._name,
            "/srv/callwright": str(self.folder),
            "/var/www/html": str(self.folder / "www"),
            "/var/log/nginx": str(self.folder / "log"),
            "proxy_read_timeout 4s": f"proxy_read_timeout {self._patience}",
        }.items():
            assert found in text, f"deploy/nginx.conf says nothing of {found} any more"
            text = text.replace(found, becomes)
        return text

    def _certificate(self) -> None:
        (self.folder / "privkey.pem").write_bytes(made_key())
        (self.folder / "fullchain.pem").write_bytes(made_certificate())

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + 10.0
        while time.monotonic() < deadline and self.nginx.poll() is None:
            try:
                self.connected().close()
                return
            except OSError:
                os.sched_yield()
        self.nginx.kill()
        raise AssertionError(f"nginx does not listen: {self.nginx.communicate()[1]}")

    def connected(self, *, name: str = NAME, is_secure: bool = True) -> socket.socket:
        """A connection to it, as somebody who asks for this name."""
        plain = self.line(self.secure if is_secure else self.plain)
        return trusting().wrap_socket(plain, server_hostname=name) if is_secure else plain

    def line(self, port: int) -> socket.socket:
        """A connection on which nothing was said yet."""
        return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(VISITOR, 0))

    def websocket(self, path: str) -> tuple[int, socket.socket]:
        """The status that a handshake was answered with, and the connection: after 101, with nothing read from it.

        By hand, since a client with a thread that reads uses TLS from two threads at once, which hangs now and then.
        """
        line = self.connected()
        line.sendall(HANDSHAKE.format(path=path, name=NAME).encode())
        told = b""
        while not told.endswith(b"\r\n\r\n"):
            told += line.recv(1)
        return int(told.split(b" ")[1]), line

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, is_secure: bool = True, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer to a request, and its body. Underscores of headers' names become hyphens."""
        line = http.client.HTTPConnection(NAME)
        line.sock = self.connected(is_secure=is_secure)
        line.request(method, path, body, {name.replace("_", "-"): said for name, said in headers.items()})
        answer = line.getresponse()
        said = answer.read()
        line.close()
        return answer, said

    def logged(self) -> str:
        """Everything that it wrote into any log. It ends with that."""
        self.end()
        return "".join(path.read_text() for path in sorted((self.folder / "log").iterdir()))

    def end(self) -> None:
        """Stop nginx, as politely as a reload does: what goes on is finished, and logged."""
        if self.nginx.poll() is None:
            self.nginx.send_signal(signal.SIGQUIT)
        self.nginx.communicate(timeout=10)

    def close(self) -> None:
        """End all three."""
        for process in self.processes:
            process.leave()
        self.nginx.kill()
        self.end()


@cache
def _made() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1))
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME), here]), critical=False)
    return key, made.sign(key, hashes.SHA256())


def made_key() -> bytes:
    """The key of a certificate of our own."""
    plain = serialization.NoEncryption()
    return _made()[0].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def made_certificate() -> bytes:
    """The certificate."""
    return _made()[1].public_bytes(serialization.Encoding.PEM)


@cache
def trusting() -> ssl.SSLContext:
    """Trusts that one alone, whatever name is asked for."""
    context = ssl.create_default_context(cadata=made_certificate().decode())
    context.check_hostname = False
    return context
