/** Keys of what is asked of a tensor. Pure. */

/**
 * The key of what is asked of a tensor.
 *
 * @param source the tensor's key; after a `?` the way in which it is seen.
 * @param tail what is asked, such as `/stats`; `more` are words that belong to that alone.
 */
export function keyOf(source: string, tail: string, more = ''): string {
  const [path = '', view = ''] = source.split('?');
  const query = [view, more].filter(Boolean).join('&');
  return path + tail + (query && `?${query}`);
}
