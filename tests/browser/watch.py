"""What a browser complains about: console lines, errors of scripts, breaches of the policy, strangers on the line."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# Chromium itself says this of every answer that is not a good one.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
REPORT_BREACHES = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
  reportBreach(`${effectiveDirective} ${blockedURI} ${sample}`));
"""


class Watch:
    """Listens to every page of one browser, for one test at a time."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origin = origin
        self.start_anew()
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.expose_function("reportBreach", self._breach)
        context.add_init_script(REPORT_BREACHES)

    def start_anew(self) -> None:
        """For the next test."""
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self._expected: set[int] = set()
        self._welcome: list[str] = [self.origin]

    def expects(self, *statuses: int) -> None:
        """Answers that this test asks for, such as 422."""
        self._expected |= set(statuses)

    def welcomes(self, origin: str) -> None:
        """Another origin that belongs to this test."""
        self._welcome.append(origin)

    def _console(self, message: ConsoleMessage) -> None:
        answered = ANSWERED.search(message.text)
        if not (answered and int(answered[1]) in self._expected):
            self.complaints.append(f"console, {message.type}: {message.text} at {message.location}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"error: {error.error}")

    def _breach(self, report: str) -> None:
        self.complaints.append(f"content security policy: {report}")

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((*(f"{origin}/" for origin in self._welcome), "data:", "about:")):
            self.complaints.append(f"request to another origin: {request.url}")
