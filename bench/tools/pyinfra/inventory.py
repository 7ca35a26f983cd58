"""The server of the job."""

import json
import os

with open(os.environ["BENCH_JOB"]) as file:
    server = json.load(file)["server"]

servers = [
    (
        server["host"],
        {
            "ssh_port": server["port"],
            "ssh_user": server["user"],
            "ssh_key": server["privateKeyFile"],
            "ssh_known_hosts_file": server["knownHostsFile"],
            "ssh_strict_host_key_checking": "yes",
        },
    )
]
