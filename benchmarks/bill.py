"""A call of two minutes with AI, as charged and as its vendors' stand-ins count it: `python -m benchmarks.bill`"""

from benchmarks.servers import site


def main() -> None:
    """Have the call with each engine, and print both columns."""
    site()
    from django.conf import settings
    from django.core.management import call_command

    from tests.streams.bill import billed, charged, dollars

    call_command("migrate", verbosity=0)
    models = (
        settings.OPENAI_REALTIME_MODEL,
        settings.OPENAI_TRANSCRIPTION_MODEL,
        settings.DEEPGRAM_MODEL,
        settings.ELEVENLABS_MODEL,
    )
    for engine in ("openai_realtime", "cascade"):
        call, vendors, line = billed(engine)
        ours, theirs = charged(call), vendors.bill(*models)
        print(f"\n{engine}: a call of {line.session.at:.0f} s\n{'':40} {'charged':>12} {'vendor':>12}")
        for model, unit in sorted(ours | theirs):
            key = model, unit
            print(f"{f'{model}, {unit}':40} {float(ours[key]):>12,.2f} {float(theirs[key]):>12,.2f}")
        cents = sum(charge.amount for charge in call.charges.current().filter(kind="ai")) * 100
        print(f"{'cents':40} {cents:>12.4f} {dollars(theirs) * 100:>12.4f}")


if __name__ == "__main__":
    main()
