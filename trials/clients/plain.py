"""`/ws` with the package websockets: python plain.py URL SYMBOL TOKEN.

Says "ready" once it is subscribed, and ends well when it has heard all that it must.
"""

import itertools
import json
import sys
import time

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

url, symbol, token = sys.argv[1:]
address = url.replace("http", "ws", 1) + "/ws"
missing = {"prices", "depth", "trade", "order", "fill", "portfolio"}
numbers = itertools.count(1)

try:
    connect(address, additional_headers={"Authorization": f"Bearer {token}", "Origin": "https://evil.example"})
    sys.exit("a foreign page was let in")
except InvalidStatus as refused:
    if refused.response.status_code != 403:
        sys.exit(f"a foreign page is answered {refused.response.status_code}")


def hear(message):
    if not message["data"].get("snapshot"):
        missing.discard(message["event"])


def ask(socket, event, data):
    number = next(numbers)
    socket.send(json.dumps({"event": event, "data": data, "id": number}))
    while True:
        message = json.loads(socket.recv(timeout=30))
        if message.get("id") == number:
            return message["data"]
        hear(message)


with connect(address, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
    for request in [{"channel": "prices"}, {"channel": "depth", "symbol": symbol}, {"channel": "trades", "symbol": symbol}]:
        answer = ask(socket, "subscribe", request)
        if not answer["ok"]:
            sys.exit(f"cannot subscribe: {answer}")
    missing = {"prices", "depth", "trade", "order", "fill", "portfolio"}
    answer = ask(socket, "place_order", {"symbol": symbol, "side": "buy", "type": "limit", "quantity": "0", "limit_price": "1.00"})
    if answer["ok"] or answer["field"] != "quantity":
        sys.exit(f"an order for nothing is answered {answer}")
    print("ready", flush=True)
    until = time.monotonic() + 180
    while missing:
        try:
            hear(json.loads(socket.recv(timeout=until - time.monotonic())))
        except TimeoutError:
            sys.exit(f"never heard: {sorted(missing)}")
