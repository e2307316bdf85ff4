/** What a widget is given by its host. */

/**
 * The part of an anywidget model that is used here.
 * @typedef {{get: (name: string) => any, on: (name: string, listener: (...given: any[]) => void) => void,
 *   off: (name: string, listener: (...given: any[]) => void) => void, send: (message: object) => void}} Model
 */

export {};
