"""The work by pyinfra: https://docs.pyinfra.com/en/3.x/operations/files.html"""

import json
import os
from io import StringIO

from pyinfra.operations import files, server
from pyinfra.operations.util import any_changed

with open(os.environ["BENCH_JOB"]) as file:
    projects = json.load(file)["projects"]

owner = {"user": "codeb", "group": "codeb"}
sites = []

for project in projects:
    directory = project["directory"]
    files.directory(path=directory, mode="755", **owner)
    for folder in project["folders"]:
        files.directory(path=f"{directory}/{folder['path']}", mode=folder["mode"].lstrip("0"), **owner)
    for one in project["files"]:
        files.put(
            src=StringIO(one["content"]),
            dest=f"{directory}/{one['path']}",
            mode=one["mode"].lstrip("0"),
            **owner,
        )
    sites.append(
        files.put(
            src=StringIO(project["site"]["content"]),
            dest=project["site"]["path"],
            mode="644",
            user="root",
            group="root",
        )
    )

server.shell(
    name="Caddy runs the sites",
    commands=["caddy validate --config /etc/caddy/Caddyfile", "systemctl reload caddy"],
    _if=any_changed(*sites),
)
