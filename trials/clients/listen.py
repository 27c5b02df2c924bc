"""python-socketio: python listen.py URL SYMBOL TOKEN.

Says "ready" once it is subscribed, and ends well when it has heard all that it must.
"""

import sys
import threading

import socketio

url, symbol, token = sys.argv[1:]
missing = {"prices", "depth", "trade", "order", "fill", "portfolio"}
complete = threading.Event()
client = socketio.Client(reconnection=False)


def hear(event):
    def on_event(data):
        if isinstance(data, dict) and data.get("snapshot"):
            return
        missing.discard(event)
        if not missing:
            complete.set()

    client.on(event, on_event)


for event in list(missing):
    hear(event)

client.connect(url, auth={"token": token}, wait_timeout=30)
for request in [{"channel": "prices"}, {"channel": "depth", "symbol": symbol}, {"channel": "trades", "symbol": symbol}]:
    answer = client.call("subscribe", request, timeout=30)
    if not answer["ok"]:
        sys.exit(f"cannot subscribe: {answer}")
print("ready", flush=True)
heard_all = complete.wait(180)
client.disconnect()
if not heard_all:
    sys.exit(f"never heard: {sorted(missing)}")
