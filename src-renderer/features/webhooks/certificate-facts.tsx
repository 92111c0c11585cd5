import type { Certificate } from '#contract/webhook-credentials.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'

const soonMs = 30 * 24 * 3_600_000

const Validity = ({ validFrom, validTo }: Certificate) => {
  const now = Date.now()
  if (validTo <= now) return <Badge tone="danger">Expired</Badge>
  if (validFrom > now) return <Badge tone="warning">Not valid yet</Badge>
  return validTo - now < soonMs ? (
    <Badge tone="warning">Expires soon</Badge>
  ) : (
    <Badge tone="success">Valid</Badge>
  )
}

/** Whose certificates they are, and until when. */
export const CertificateFacts = ({ certificates }: { certificates: readonly Certificate[] }) =>
  certificates.length > 0 && (
    <ul className="space-y-1">
      {certificates.map((certificate) => (
        <li
          key={`${certificate.subject} ${certificate.validTo}`}
          className="flex flex-wrap items-baseline gap-x-2"
        >
          <span className="font-mono text-xs [overflow-wrap:anywhere]">{certificate.subject}</span>
          <Validity {...certificate} />
          <span className="text-muted">
            issued by {certificate.issuer}, until <AbsoluteTime at={certificate.validTo} />
          </span>
        </li>
      ))}
    </ul>
  )
