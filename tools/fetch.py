#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetch one file from the Python package index pip is configured for, and check its SHA-256.

    fetch.py PROJECT FILE SHA256 DESTINATION

pip itself would build metadata of a source archive, which needs that project's build tools;
this only copies the file. Mirrors set by pip's configuration or PIP_INDEX_URL are honoured.
"""

import hashlib
import html.parser
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request


def pip_setting(name):
    """What pip's environment or configuration files say, empty if nothing."""
    asked = subprocess.run([sys.executable, "-m", "pip", "config", "get", f"global.{name}"],
                           capture_output=True, text=True, check=False)
    return os.environ.get("PIP_" + name.replace("-", "_").upper()) or asked.stdout.strip()


def index_url():
    """The index pip would ask first."""
    configured = pip_setting("index-url")
    if not configured:
        from pip._internal.models.index import PyPI
        configured = PyPI.simple_url
    return configured.rstrip("/")


class Links(html.parser.HTMLParser):
    """Collects the address of each link of an index page by file name."""

    def __init__(self):
        super().__init__()
        self.by_name = {}

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            path = urllib.parse.urlsplit(href).path
            self.by_name[urllib.parse.unquote(path.rsplit("/", 1)[-1])] = href.split("#")[0]


def read(url, attempts=4):
    """The body at url; a failed attempt is repeated after a growing pause."""
    trust = ssl.create_default_context(cafile=pip_setting("cert") or None)
    for attempt in range(attempts):
        try:
            with urllib.request.urlopen(url, timeout=180, context=trust) as answer:
                return answer.read()
        except OSError as error:
            if attempt + 1 == attempts:
                raise SystemExit(f"fetch: {url}: {error}") from error
            time.sleep(2 ** attempt)
    return b""


def main():
    project, name, digest, destination = sys.argv[1:5]
    page_url = f"{index_url()}/{re.sub(r'[-_.]+', '-', project).lower()}/"
    links = Links()
    links.feed(read(page_url).decode())
    if name not in links.by_name:
        raise SystemExit(f"fetch: {page_url} does not list {name}")
    body = read(urllib.parse.urljoin(page_url, links.by_name[name]))
    found = hashlib.sha256(body).hexdigest()
    if found != digest:
        raise SystemExit(f"fetch: {name}: SHA-256 is {found}, expected {digest}")
    with open(destination + ".part", "wb") as out:
        out.write(body)
    os.replace(destination + ".part", destination)


if __name__ == "__main__":
    main()
