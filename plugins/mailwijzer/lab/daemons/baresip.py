"""baresip: a telephone that registers an address, picks up by itself and plays a tone."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill

FOLDER = "/etc/baresip"

# Without a terminal there is no stdio module. The tone is a file, since Debian's ausine knows one rate only.
# What is heard goes to a bridge that nobody listens at: the player that writes a file crashes now and then.
_CONFIG = """poll_method epoll
net_interface eth0
sip_listen {v4}:5060
call_max_calls 4
statmode_default off
audio_source aufile,{folder}/tone.wav
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
ringback_disabled yes
rtp_ports 10000-10100
rtp_stats yes
ctrl_tcp_listen 127.0.0.1:4444
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
"""
_ACCOUNT = "<sip:{address}>;auth_pass={password};answermode=auto;regint=600\n"
_TONE = """import math, struct, wave
with wave.open("/etc/baresip/tone.wav", "wb") as tone:
    tone.setnchannels(1)
    tone.setsampwidth(2)
    tone.setframerate(8000)
    waves = (int(9000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(80000))
    tone.writeframes(b"".join(struct.pack("<h", value) for value in waves))
"""


def configure(setting: Setting) -> None:
    """Write config and accounts, and make the tone."""
    machine, plan = setting.machine, setting.plan
    account = _ACCOUNT.format(address=plan.phone, password=setting.story.password(plan.phone))
    machine.write(f"{FOLDER}/config", _CONFIG.format(v4=plan.v4, folder=FOLDER))
    machine.write(f"{FOLDER}/accounts", account, mode=0o600)
    machine.check(f"python3 - <<'END'\n{_TONE}END")


DRIVER = Driver(
    unit="baresip",
    description="baresip telephone",
    configure=configure,
    check=f"[ -s {FOLDER}/accounts ]",
    start=": >/var/log/baresip.log; "
    f"baresip -f {FOLDER} >>/var/log/baresip.log 2>&1 & echo $! >/run/baresip.pid",
    stop=kill("/run/baresip.pid"),
    reload="true",
    # Registered, not merely running.
    ready="grep -q '200 OK' /var/log/baresip.log && ss -Hlun sport = :5060 | grep -q .",
    pidfile="/run/baresip.pid",
    log="/var/log/baresip.log",
)
