"""A process that draws.

Vega draws in one thread and keeps the others of its process waiting meanwhile, so it has one of its own. Run
as a script. Reads a line of JSON a chart from standard input (name: a Vega-Lite specification, for each place
that it is drawn for), and answers with one: {"vega": the specifications compiled to Vega, "svg": their
drawings}, or {"error": what Vega says}. Ends with its input. A chart whose subtitle is its key (`usermeta`)
has no legend in its drawings.
"""

import json
import sys

import vl_convert

for line in sys.stdin:
    try:
        vega = {place: vl_convert.vegalite_to_vega(spec) for place, spec in json.loads(line).items()}
        for spec in vega.values():
            if "key" in spec.get("usermeta", {}):
                spec.pop("legends", None)
        answer = {"vega": vega, "svg": {place: vl_convert.vega_to_svg(spec) for place, spec in vega.items()}}
    except ValueError as error:
        message = str(error).partition("\n    at ")[0]  # without the lines of Vega's own code
        answer = {"error": message.replace("\n", " ")}
    print(json.dumps(answer), flush=True)
