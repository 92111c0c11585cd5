import { paths } from '#renderer/app/paths.ts'
import { GuideLink } from '../documentation/prose.tsx'

/** What a signing secret is for, where it is shown. */
export const HowToVerify = () => (
  <p>
    The receiver verifies with it that a request comes from here.{' '}
    <GuideLink to={`${paths.documentation}/verification`}>How to verify</GuideLink>
  </p>
)
