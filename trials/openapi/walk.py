"""Does everything once that REST has, and holds each answer against the document, strictly: what the document
does not name is not there either."""

import copy
import sys
import time
import uuid

import jsonschema_rs
import requests

URL = sys.argv[1]
DOCUMENT = requests.get(f"{URL}/api/openapi.json", timeout=10).json()
V1 = "/api/v1"
# On a busy machine.
LIMIT_S = 60
walked = set()


def strict(document):
    """No object has more than is said of it."""
    document = copy.deepcopy(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


STRICT = strict(DOCUMENT)


def validate(schema, value, what):
    whole = {"components": STRICT["components"], "allOf": [schema]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not errors, f"{what}: {errors}\n{value}"


def resolved(value):
    while "$ref" in value:
        found = DOCUMENT
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def call(status, method, path, token=None, of=None, query=None, body=None, sheet=None):
    """Sends it, and holds what is answered against what is said of it."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if sheet is not None:
        headers["content-type"] = "text/csv"
    if method == "POST" and path in [f"{V1}/orders", f"{V1}/orders/{{id}}/replace"]:
        body = {"order_id": new_id(), **body}
    begun = time.monotonic()
    while True:
        answer = requests.request(
            method, URL + path.format(**(of or {})), params=query, json=body, data=sheet, headers=headers, timeout=10
        )
        # Who is answered too late, or what was so before, asks again: for the same order, if it is one.
        late = answer.status_code == 503 != status or method == "GET" and "age" in answer.headers
        if not late or time.monotonic() > begun + LIMIT_S:
            break
        time.sleep(0.2)
    what = f"{method} {path} {body or ''}: {answer.status_code}"
    assert answer.status_code == status, f"{what}, not {status}: {answer.text}"
    said = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    for name, header in said.get("headers", {}).items():
        if name in answer.headers:
            kind = resolved(header)["schema"].get("type")
            assert kind != "integer" or answer.headers[name].isdigit(), f"{what}: {name}"
        else:
            assert name.lower() in ["next-cursor", "age", "cache-status"], f"{what} has no {name}"
    if status < 400:
        walked.add((method.lower(), path))
    if status == 204:
        assert not answer.content and "content" not in said, what
        return None
    kind, content = next(iter(said["content"].items()))
    assert answer.headers["content-type"] == kind, f"{what}: {answer.headers['content-type']}, not {kind}"
    if "json" not in kind:
        return answer.text
    validate(content["schema"], answer.json(), what)
    return answer.json()


def new_id():
    return str(uuid.uuid4())


def until(wanted, ask):
    begun = time.monotonic()
    while not wanted(found := ask()):
        assert time.monotonic() < begun + LIMIT_S, f"it stays {found}"
        time.sleep(0.05)
    return found


def operators():
    for prefix in ["", V1]:
        call(200, "GET", f"{prefix}/health/live")
        call(200, "GET", f"{prefix}/health/ready")
    call(200, "GET", "/metrics")
    call(200, "GET", "/api/openapi.json")


def people():
    everybody = call(200, "GET", f"{V1}/demo/users")["items"]
    ids = {person["name"]: person["user_id"] for person in everybody}
    enter = lambda name: call(200, "POST", f"{V1}/demo/switch", body={"user_id": ids[name]})["token"]
    call(404, "POST", f"{V1}/demo/switch", body={"user_id": new_id()})
    beside = call(200, "POST", f"{V1}/demo/token", body={"user_id": ids["ann"]})["token"]
    call(200, "GET", f"{V1}/auth/me", beside)
    call(404, "POST", f"{V1}/demo/token", body={"user_id": new_id()})
    return enter("ann"), enter("bob"), enter("ada")


def account():
    login, password = f"w{uuid.uuid4().hex[:12]}", "a sentence of mine"
    given = {"login": login, "password": password}
    call(201, "POST", f"{V1}/auth/signup", body={**given, "name": "Wanda Walker"})
    call(409, "POST", f"{V1}/auth/signup", body=given)
    call(401, "POST", f"{V1}/auth/login", body={**given, "password": "another sentence"})
    token = call(200, "POST", f"{V1}/auth/login", body=given)["token"]
    call(200, "GET", f"{V1}/auth/me", token)
    call(401, "GET", f"{V1}/auth/me")
    call(200, "PATCH", f"{V1}/auth/me", token, body={"name": "Wanda"})
    key = call(201, "POST", f"{V1}/auth/keys", token, body={"name": "robot", "scopes": ["read"]})
    call(200, "GET", f"{V1}/auth/keys", token)
    call(200, "GET", f"{V1}/orders", key["text"])
    call(403, "POST", f"{V1}/portfolio/deposits", key["text"], body={"id": new_id(), "amount": "1"})
    call(204, "DELETE", f"{V1}/auth/keys/{{id}}", token, of={"id": key["key_id"]})
    call(404, "DELETE", f"{V1}/auth/keys/{{id}}", token, of={"id": key["key_id"]})
    call(403, "POST", f"{V1}/admin/stocks", token, body=AAPL)
    body = {"old": password, "new": "another sentence"}
    token = call(200, "POST", f"{V1}/auth/password", token, body=body)["token"]
    call(204, "POST", f"{V1}/auth/logout", token)
    given["password"] = "another sentence"
    token = call(200, "POST", f"{V1}/auth/login", body=given)["token"]
    call(200, "POST", f"{V1}/portfolio/deposits", token, body={"id": new_id(), "amount": "12.5"})
    call(409, "DELETE", f"{V1}/auth/me", token)
    call(200, "POST", f"{V1}/portfolio/withdrawals", token, body={"id": new_id(), "amount": "12.5"})
    call(204, "DELETE", f"{V1}/auth/me", token)


AAPL = {
    "symbol": "AAPL",
    "name": "Apple Inc.",
    "currency": "USD",
    "tick_size": "0.01",
    "lot_size": "1",
    "previous_close": "187.25",
    "state": "open",
}
RULES = {
    "hours": {"days": ["monday"], "opens": "00:00", "closes": "23:59"},
    "price_band": {"basis_points": 500, "limit_state_seconds": 15, "halt_seconds": 300},
    "auction_seconds": 60,
}
SHEET = "symbol,name,currency,tick_size,lot_size,previous_close,state\nSHED,{},USD,0.01,1,100,open\n"


def admin(ada):
    call(201, "POST", f"{V1}/admin/stocks", ada, body=AAPL)
    call(409, "POST", f"{V1}/admin/stocks", ada, body={**AAPL, "lot_size": "2"})
    call(201, "POST", f"{V1}/admin/stocks", ada, body={**AAPL, "symbol": "RULED", "rules": RULES})
    call(200, "PATCH", f"{V1}/admin/stocks/{{symbol}}", ada, of={"symbol": "RULED"}, body={"name": "Ruled"})
    call(404, "PATCH", f"{V1}/admin/stocks/{{symbol}}", ada, of={"symbol": "NONE"}, body={"name": "Ruled"})
    for sheet in [SHEET.format("Shed Inc"), SHEET.format("Shed Plc")]:
        upload = f"{V1}/admin/stocks/upload"
        call(200, "POST", upload, ada, query={"dry_run": "true"}, sheet=sheet)
        call(200, "POST", upload, ada, sheet=sheet)
    call(200, "POST", f"{V1}/admin/stocks/upload/undo", ada)
    call(200, "POST", f"{V1}/admin/stocks/{{symbol}}/halt", ada, of={"symbol": "SHED"})
    call(200, "POST", f"{V1}/admin/stocks/{{symbol}}/resume", ada, of={"symbol": "SHED"})


def admin_of_people(ada, ann):
    users, of_one = f"{V1}/admin/users", f"{V1}/admin/users/{{id}}"
    page = call(200, "GET", users, ada, query={"limit": 1})
    call(200, "GET", users, ada, query={"limit": 200, "cursor": page["next_cursor"]})
    call(403, "GET", users, ann)
    login, password = f"w{uuid.uuid4().hex[:12]}", "a sentence of mine"
    new = call(201, "POST", users, ada, body={"login": login, "password": password, "name": "Wilma"})
    call(409, "POST", users, ada, body={"login": login, "password": password})
    assert call(200, "GET", users, ada, query={"search": login.upper()})["items"][0]["login"] == login
    of = {"id": new["user_id"]}
    until(lambda found: found["portfolio"], lambda: call(200, "GET", of_one, ada, of=of))
    call(204, "POST", f"{of_one}/password", ada, of=of, body={"password": "another sentence"})
    call(200, "POST", f"{V1}/auth/login", body={"login": login, "password": "another sentence"})
    cash = {"id": new_id(), "amount": "12.5"}
    assert call(200, "POST", f"{of_one}/deposits", ada, of=of, body=cash)["cash"]["total"] == "12.5"
    call(409, "DELETE", of_one, ada, of=of)
    call(422, "POST", f"{of_one}/withdrawals", ada, of=of, body={"id": new_id(), "amount": "13"})
    call(200, "POST", f"{of_one}/withdrawals", ada, of=of, body={"id": new_id(), "amount": "12.5"})
    for _ in range(2):
        call(204, "DELETE", of_one, ada, of=of)
    assert call(200, "GET", of_one, ada, of=of)["closed_at"]
    call(404, "GET", of_one, ada, of={"id": new_id()})


def parked(ada):
    until(lambda found: found["missing"] == [], lambda: call(200, "GET", f"{V1}/admin/parked", ada))
    call(404, "POST", f"{V1}/admin/parked/redrive", ada, body={"ids": [new_id()]})
    call(400, "POST", f"{V1}/admin/parked/redrive", ada, body={"ids": []})


def orders(ann, bob):
    place = f"{V1}/orders"
    one = lambda token, order: call(200, "GET", f"{V1}/orders/{{id}}", token, of={"id": order["order_id"]})
    opened = lambda token, order: until(lambda found: found["status"] != "pending", lambda: one(token, order))
    limit = {"symbol": "ACME", "side": "sell", "type": "limit", "quantity": "5", "limit_price": "100"}
    sale = opened(ann, call(201, "POST", place, ann, body=limit))
    call(202, "PATCH", f"{V1}/orders/{{id}}", ann, of={"id": sale["order_id"]}, body={"quantity": "4"})
    until(lambda found: "amendment" not in found, lambda: one(ann, sale))
    call(422, "PATCH", f"{V1}/orders/{{id}}", ann, of={"id": sale["order_id"]}, body={"limit_price": "100.001"})
    market = {"symbol": "ACME", "side": "buy", "type": "market", "quantity": "5"}
    purchase = call(201, "POST", place, bob, body=market)
    until(lambda found: found["fills"], lambda: one(bob, purchase))
    # The purchase's rest found nobody, and says so.
    assert "reason" in until(lambda found: found["status"] == "canceled", lambda: one(bob, purchase))
    call(409, "PATCH", f"{V1}/orders/{{id}}", ann, of={"id": sale["order_id"]}, body={"quantity": "9"})
    first = opened(ann, call(201, "POST", place, ann, body={**limit, "limit_price": "101"}))
    second = {**limit, "limit_price": "102", "display_quantity": "2", "time_in_force": "day"}
    call(201, "POST", f"{V1}/orders/{{id}}/replace", ann, of={"id": first["order_id"]}, body=second)
    until(lambda found: "replaced_by" in found, lambda: one(ann, first))
    for example in DOCUMENT["paths"][place]["post"]["requestBody"]["content"]["application/json"]["examples"].values():
        opened(bob, call(201, "POST", place, bob, body=example["value"]))
        opened(ann, call(201, "POST", place, ann, body={**example["value"], "symbol": "ACME", "exit_order_id": new_id()}
                         if "exit_order_id" in example["value"] else {**example["value"], "symbol": "ACME"}))
    call(400, "POST", place, ann, body={**limit, "stop_price": "1"})
    call(422, "POST", place, ann, body={**limit, "symbol": "NONE"})
    call(200, "GET", place, ann, query={"status": "open", "symbol": "ACME", "limit": 1})
    page = call(200, "GET", place, ann, query={"limit": 1})
    call(200, "GET", place, ann, query={"limit": 200, "cursor": page["next_cursor"]})
    rest = opened(ann, call(201, "POST", place, ann, body={**limit, "limit_price": "103"}))
    call(202, "DELETE", f"{V1}/orders/{{id}}", ann, of={"id": rest["order_id"]})
    call(404, "DELETE", f"{V1}/orders/{{id}}", bob, of={"id": rest["order_id"]})
    call(202, "DELETE", place, ann, query={"symbol": "ACME", "side": "sell"})
    call(200, "GET", f"{V1}/orders/{{id}}/journey", bob, of={"id": purchase["order_id"]})
    call(200, "GET", f"{V1}/trades", bob)


def market():
    call(200, "GET", f"{V1}/stocks")
    for symbol in ["ACME", "RULED"]:
        of = {"symbol": symbol}
        call(200, "GET", f"{V1}/stocks/{{symbol}}", of=of)
        call(200, "GET", f"{V1}/stocks/{{symbol}}/depth", of=of, query={"levels": 200})
        call(200, "GET", f"{V1}/stocks/{{symbol}}/trades", of=of)
        call(200, "GET", f"{V1}/stocks/{{symbol}}/candles", of=of, query={"interval": "1m"})
    call(400, "GET", f"{V1}/stocks/{{symbol}}/candles", of=of)
    call(404, "GET", f"{V1}/stocks/{{symbol}}", of={"symbol": "NONE"})
    call(200, "GET", f"{V1}/market/statistics", query={"days": 31})
    call(200, "GET", f"{V1}/market/terms")


def portfolio(ann):
    call(200, "GET", f"{V1}/portfolio", ann)
    page = call(200, "GET", f"{V1}/portfolio/ledger", ann, query={"limit": 1})
    call(200, "GET", f"{V1}/portfolio/ledger", ann, query={"cursor": page["next_cursor"]})
    call(200, "GET", f"{V1}/portfolio/ledger.csv", ann, query={"cursor": page["next_cursor"]})
    call(422, "POST", f"{V1}/portfolio/withdrawals", ann, body={"id": new_id(), "amount": "999999999"})


def lab(ann):
    call(200, "GET", f"{V1}/system")
    call(401, "POST", f"{V1}/system/faults", body={"fault": "malformed"})
    call(202, "POST", f"{V1}/system/faults", ann, body={"fault": "malformed"})
    call(400, "POST", f"{V1}/system/faults", ann, body={"fault": "pause", "process": "web", "seconds": 31})
    call(202, "POST", f"{V1}/system/audit", ann)


operators()
ann, bob, ada = people()
admin(ada)
admin_of_people(ada, ann)
parked(ada)
account()
orders(ann, bob)
market()
portfolio(ann)
lab(ann)
everything = {(method, path) for path, item in DOCUMENT["paths"].items() for method in item}
# Nothing is parked here that could be taken up: trials/tests/chaos/messages.rs does it.
walked.add(("post", f"{V1}/admin/parked/redrive"))
assert walked == everything, f"never done: {sorted(everything - walked)}"
print(f"{len(walked)} operations answer as the document says")
