/**
 * Gives the nonce of this page to every <style> element that a package adds to the head (scroll lock of the
 * dialogs, toasts). The content security policy allows no other inline style. Call it before those packages load.
 */
export const applyStyleNonce = () => {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
  if (!nonce) return
  const { head } = document
  const appendChild = head.appendChild.bind(head)
  head.appendChild = <T extends Node>(child: T): T => {
    if (child instanceof HTMLStyleElement) child.nonce = nonce
    return appendChild(child)
  }
}
