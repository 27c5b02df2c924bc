"""Reads the files for containers, as far as that can be done without any: schemas hold them against
what Compose and Kubernetes know, and what they name must be there. Prints what each process is to
be started with, as JSON, for the trial that does so.

  python check.py ROOT SECRETS    SECRETS is what deploy/secrets.sh printed
"""

import json
import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml
from compose_spec import PyCompose

SERVICES = ["accounts", "stock-data", "matching", "portfolio", "ordering", "web"]
KUBERNETES = "1.34"
# Of the operator's own kind there is no schema in a registry: what its fields are called, by place.
RABBITMQ_CLUSTER = {
    "spec": {"replicas", "image", "persistence", "resources", "rabbitmq", "service", "affinity", "tolerations"},
    "spec.persistence": {"storageClassName", "storage"},
    "spec.rabbitmq": {"additionalPlugins", "additionalConfig", "advancedConfig", "envConfig"},
}

root = Path(sys.argv[1])
secrets = dict(line.split("=", 1) for line in Path(sys.argv[2]).read_text().split())
used = set()


def must(holds, what):
    if not holds:
        sys.exit(what)


def filled(text):
    """What Compose makes of ${NAME:-default} and ${NAME:?told}."""

    def value(match):
        name, default = match["name"], match["default"]
        if default is None:
            must(name in secrets, f"compose.yaml: deploy/secrets.sh does not make {name}")
            used.add(name)
            return secrets[name]
        return default

    return re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)\}", value, text)


def image():
    """The program's environment in the image; and the Dockerfile copies only what is there."""
    text = re.sub(r"\\\n", " ", (root / "Dockerfile").read_text())
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M):
        for source in line.split()[:-1]:
            must((root / source).exists(), f"Dockerfile: there is no {source}")
    must(re.search(r"^USER 10001:10001$", text, re.M), "Dockerfile: does not run as 10001")
    final = text.rsplit("\nFROM ", 1)[1]
    return dict(pair.split("=", 1) for line in re.findall(r"^ENV (.+)$", final, re.M) for pair in line.split())


def compose():
    # As Compose sees it: what is merged is merged, and variables have their values.
    whole = yaml.safe_load(filled((root / "compose.yaml").read_text()))
    spec = PyCompose.from_yaml(yaml.safe_dump(whole))
    spec.validate()
    spec.to_spec()
    services = whole["services"]
    ours = {name: service for name, service in services.items() if service.get("build")}
    for name, service in services.items():
        for other in service.get("depends_on", {}):
            must(other in services, f"compose.yaml: {name} depends on {other}, which is not there")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            must(not source.startswith("./") or (root / source).exists(), f"compose.yaml: there is no {source}")
    must([name for name in ours if name in SERVICES] == SERVICES, "compose.yaml: not the six services")
    targets = yaml.safe_load((root / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    scraped = [target for job in targets for part in job["static_configs"] for target in part["targets"]]
    for target in scraped:
        must(target.split(":")[0] in services, f"prometheus.yml: there is no {target}")
    processes = {}
    for name, service in ours.items():
        test = service.get("healthcheck", {}).get("test", [])
        probe = next((word for word in test if word.startswith("http")), None)
        if name in SERVICES:
            must(probe and f"{name}:{probe.split(':')[2].split('/')[0]}" in scraped, f"{name}: scraped elsewhere than probed")
        environment = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in service["environment"].items()}
        processes[name] = {"arguments": service["command"], "environment": environment, "probe": probe}
    defaults = (root / "chassis/src/defaults.toml").read_text()
    for server, variable in [("postgres", "POSTGRES_USER"), ("rabbitmq", "RABBITMQ_DEFAULT_USER")]:
        administrator = services[server]["environment"][variable]
        must(f'= "{administrator}"' in defaults, f"{server}: the settings know no {administrator}")
    plugins = (root / "deploy/rabbitmq/enabled_plugins").read_text()
    must("rabbitmq_consistent_hash_exchange" in plugins, "enabled_plugins: lacks the hash exchange")
    return processes


def kubernetes():
    settings = {}
    objects = []
    for folder in ["base", "demo"]:
        here = root / "deploy/kubernetes" / folder
        kustomization = yaml.safe_load((here / "kustomization.yaml").read_text())
        listed = {name for name in kustomization["resources"] if name.endswith(".yaml")}
        there = {file.name for file in here.glob("*.yaml")} - {"kustomization.yaml"}
        must(listed == there, f"{here}: the kustomization lists {listed}, but there are {there}")
        for generated in kustomization.get("configMapGenerator", []):
            settings.update(literal.split("=", 1) for literal in generated["literals"])
        for name in sorted(listed):
            objects += [o for o in yaml.safe_load_all((here / name).read_text()) if o]
    urls = (root / "deploy/kubernetes/base/databases.env.example").read_text()
    stores = {
        "exchange-secrets": secrets,
        "exchange-databases": dict(line.split("=", 1) for line in urls.split()),
        "rabbitmq-default-user": {"username": "administrator", "password": secrets["EXCHANGE__SECRETS__BROKER__ADMINISTRATOR"]},
    }
    processes = {}
    for item in objects:
        kind, name = item["kind"], item["metadata"]["name"]
        if kind == "RabbitmqCluster":
            for place, known in RABBITMQ_CLUSTER.items():
                value = item
                for key in place.split("."):
                    value = value[key]
                must(set(value) <= known, f"{place}: {set(value) - known}")
            continue
        try:
            kubernetes_validate.validate(item, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            sys.exit(f"{kind} {name}: {'.'.join(map(str, error.path))}: {error.message}")
        if kind not in ("Deployment", "Job"):
            continue
        [container] = item["spec"]["template"]["spec"]["containers"]
        environment = dict(settings)
        for variable in container["env"]:
            if "value" in variable:
                environment[variable["name"]] = variable["value"]
                continue
            source = variable["valueFrom"]["secretKeyRef"]
            must(source["key"] in stores[source["name"]], f"{name}: nobody makes {source}")
            environment[variable["name"]] = stores[source["name"]][source["key"]]
        probe = None
        if kind == "Deployment":
            labels = item["spec"]["template"]["metadata"]["labels"]
            must(item["spec"]["selector"]["matchLabels"] == labels, f"{name}: selects other pods")
            [port] = container["ports"]
            path = container["readinessProbe"]["httpGet"]
            must(path["port"] == port["name"], f"{name}: the probe is of another port")
            must(container["resources"]["requests"] and container["resources"]["limits"], f"{name}: no resources")
            probe = f"http://127.0.0.1:{port['containerPort']}{path['path']}"
        processes[name] = {"arguments": container["args"], "environment": environment, "probe": probe}
    must(set(SERVICES) <= set(processes), "kubernetes: not the six services")
    return processes


def dashboard():
    """Every series that it shows is one that the sources count."""
    sources = "".join(file.read_text() for file in root.glob("*/src/**/*.rs"))
    counted = set(re.findall(r'(?:counter|gauge|histogram)!\(\s*"(\w+)"', sources))
    must(counted, "no metric was found in the sources")
    panels = json.loads((root / "deploy/grafana/dashboards/exchange.json").read_text())["panels"]
    for panel in panels:
        for target in panel["targets"]:
            for name in re.findall(r"\b((?:exchange|matching|web|bots)_\w+)", target["expr"]):
                must(re.sub(r"_(bucket|sum|count)$", "", name) in counted, f"the dashboard shows {name}, which nobody counts")


shown = {"image": image(), "compose": compose(), "kubernetes": kubernetes()}
dashboard()
unused = set(secrets) - used
must(not unused, f"deploy/secrets.sh makes what compose.yaml does not use: {unused}")
print(json.dumps(shown))
