import type { ErrorClass } from '#contract/vocabulary.ts'

/** What an error class means to the person who has to get the receiver working. */
export interface ErrorClassText {
  label: string
  /** What happened, and what did not. */
  meaning: string
  /** What to look at next. */
  advice: string
}

/** The error classes of an attempt, in words. */
export const errorClassTexts: Record<ErrorClass, ErrorClassText> = {
  dns: {
    label: 'Name not resolved',
    meaning: 'The host name of the URL has no address here. No connection was made and nothing was sent.',
    advice: 'Check the spelling of the host name, and whether this machine’s DNS server knows it.',
  },
  refused: {
    label: 'Connection refused',
    meaning: 'The machine is there, but nothing listens on this port.',
    advice: 'Check that the receiver is running, and that the port of the URL is the one it listens on.',
  },
  reset: {
    label: 'Connection closed',
    meaning:
      'The connection was closed before the answer was complete. The receiver may have read the request.',
    advice: 'Look for a crash or a restart of the receiver, or a proxy that cuts connections.',
  },
  unreachable: {
    label: 'Not reachable',
    meaning: 'No way leads from this machine to the address.',
    advice: 'Check the network, the VPN and the firewall between this machine and the receiver.',
  },
  timeout: {
    label: 'Timed out',
    meaning: 'No complete answer came within the time limit. The receiver may have read the request.',
    advice: 'Answer with 2xx at once and do the work afterwards, or raise the timeout of the webhook.',
  },
  tls: {
    label: 'TLS failed',
    meaning: 'The certificate or the TLS handshake was not accepted. Nothing was sent.',
    advice:
      'Check that the certificate is valid, names this host and comes with its intermediate certificates. For an authority of your own, give its certificate to the webhook.',
  },
  redirect: {
    label: 'Redirect',
    meaning:
      'The receiver answered with a redirect. Redirects are never followed, since the signed request could end up elsewhere.',
    advice: 'Set the URL of the webhook to the final address.',
  },
  blocked: {
    label: 'Blocked',
    meaning: 'The network policy does not allow this address. No connection was made.',
    advice: 'If the address is yours, an administrator can add an allow rule in Settings.',
  },
  http: {
    label: 'Error status',
    meaning: 'Only an answer with a 2xx status counts as delivered.',
    advice: 'The response below and the log of the receiver say more.',
  },
  protocol: {
    label: 'Not valid HTTP',
    meaning: 'What came back could not be read as an HTTP answer.',
    advice: 'Check that the port speaks HTTP, and whether it expects http or https.',
  },
  shape: {
    label: 'Not shaped',
    meaning: 'The body could not be made as the shape of the webhook says. No connection was made.',
    advice: 'Change the shape of the webhook: pick fewer fields, or send JSON instead of a form.',
  },
}
