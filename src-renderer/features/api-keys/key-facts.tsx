import { Link } from 'react-router'
import type { ApiKey } from '#contract/api-keys.ts'
import { paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { ApiKeyName } from './api-key-name.tsx'
import { KeyPrefix } from './key-prefix.tsx'
import { environmentLabels } from './labels.ts'

const Muted = ({ children }: { children: string }) => <span className="text-muted">{children}</span>

/** The settings of a key for those who may not change them. */
export const ReadOnlyKey = ({ apiKey }: { apiKey: ApiKey }) => (
  <DescriptionList>
    <Description term="Name">{apiKey.name}</Description>
    <Description term="Description">{apiKey.description || <Muted>None</Muted>}</Description>
    <Description term="Environment">{environmentLabels[apiKey.environment]}</Description>
    <Description term="Scopes">
      <span className="flex gap-1">
        {apiKey.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    </Description>
    <Description term="Not before">
      {apiKey.notBefore === null ? <Muted>At once</Muted> : <AbsoluteTime at={apiKey.notBefore} />}
    </Description>
    <Description term="Allowed addresses">
      {apiKey.allowedAddresses.length === 0 ? (
        <Muted>Everywhere</Muted>
      ) : (
        <span className="font-mono text-xs">{apiKey.allowedAddresses.join(', ')}</span>
      )}
    </Description>
    <Description term="Rate limit">
      {apiKey.rateLimitPerMinute === null ? (
        <Muted>None of its own</Muted>
      ) : (
        `${formatNumberOf(apiKey.rateLimitPerMinute, 'call')} per minute`
      )}
    </Description>
  </DescriptionList>
)

/** What happened to a key, and when it was used last. */
export const KeyFacts = ({ apiKey }: { apiKey: ApiKey }) => (
  <DescriptionList>
    <Description term="Prefix">
      <KeyPrefix prefix={apiKey.prefix} name={apiKey.name} />
    </Description>
    <Description term="Last used">
      {apiKey.lastUsedAt === null ? (
        <Muted>Never</Muted>
      ) : (
        <>
          <AbsoluteTime at={apiKey.lastUsedAt} />
          {apiKey.lastUsedRoute && (
            <code className="block font-mono text-xs break-all text-muted">{apiKey.lastUsedRoute}</code>
          )}
          {apiKey.lastUsedAddress && <span className="block text-muted">from {apiKey.lastUsedAddress}</span>}
        </>
      )}
    </Description>
    <Description term="Created">
      <AbsoluteTime at={apiKey.createdAt} />
      <span className="block text-muted">by {apiKey.createdBy}</span>
    </Description>
    <Description term="Expires">
      {apiKey.expiresAt === null ? <Muted>Never</Muted> : <AbsoluteTime at={apiKey.expiresAt} />}
    </Description>
    {apiKey.disabledAt !== null && (
      <Description term="Disabled">
        <AbsoluteTime at={apiKey.disabledAt} />
      </Description>
    )}
    {apiKey.revokedAt !== null && (
      <Description term="Revoked">
        <AbsoluteTime at={apiKey.revokedAt} />
      </Description>
    )}
    {apiKey.replaces !== null && (
      <Description term="Made in place of">
        <ApiKeyName apiKeyId={apiKey.replaces} />
      </Description>
    )}
    {apiKey.replacedBy !== null && (
      <Description term="Replaced by">
        <Link to={paths.apiKey(apiKey.replacedBy)} className="text-accent underline underline-offset-2">
          The new key
        </Link>
      </Description>
    )}
    <Description term="Key id">
      <CopyableText text={apiKey.id} label="Copy key id" />
    </Description>
  </DescriptionList>
)
