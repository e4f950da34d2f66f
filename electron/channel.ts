/** The one channel between a screen and the shell. What travels on it is ToStation and FromStation. */
export const CHANNEL = 'tizme:message';
