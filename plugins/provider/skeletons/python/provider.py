"""A provider that says hello. What it does is here; protocol.py has the sockets."""

from protocol import Provider, ProviderError
from version import VERSION

provider = Provider(
    name="sample-provider",
    version=VERSION,
    documentation="Says hello.",
    params={
        "sample-provider/greeting": {
            "Description": "What is said first",
            "Schema": {"type": "string", "default": "Hello"},
        },
    },
    optional=["sample-provider/greeting"],
)


@provider.on_config
def configure(call):
    call.log("info", f"{call.instance} is configured")


@provider.on_action("greet", model="machines")
def greet(call):
    name = call.model.get("Name")
    if not name:
        raise ProviderError("the machine has no name")
    return f"{call.config['sample-provider/greeting']}, {name}"


def main():
    provider.main()
