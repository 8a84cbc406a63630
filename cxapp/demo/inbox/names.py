"""The demo's own name server: nobody else could answer for a domain that ends in .example."""

import asyncio
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

# The policy is missing, so that the sender page shows what to paste.
TEXTS = {
    "acme.example.": "v=spf1 mx ~all",
    "cx._domainkey.acme.example.": (
        "v=DKIM1; k=ed25519; p=9QDCWh5SLiB0pV5yfGsuDyfLhiJSpLV7yYJqPwm8WN8="
    ),
}


class Names(asyncio.DatagramProtocol):
    """Answers with the text under a name, or that there is none."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11 gives one that sends datagrams and is no DatagramTransport by its class.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            reply = answer(dns.message.from_wire(data))
        except dns.exception.DNSException:
            return  # no question
        self._transport.sendto(reply.to_wire(), addr)


def answer(query: dns.message.Message) -> dns.message.Message:
    """The reply to one question; what does not exist is said to."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    for question in query.question:
        text = TEXTS.get(question.name.to_text().lower())
        if text is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.TXT:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", f'"{text}"'))
    return reply
