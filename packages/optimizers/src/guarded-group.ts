import { activeRecorder, guard, preventCapture } from '@trainkit/kernels/capture';

/**
 * The group as a program sees it. A captured step that reads an option is replayed as long as the
 * option stays; one that sets an option stays eager.
 */
export function guardedGroup<Group extends object>(optimizer: string, group: Group): Group {
  const refuse = (key: string | symbol) =>
    preventCapture(`it sets ${String(key)} of ${optimizer}; set it between calls`);
  return new Proxy(group, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (activeRecorder() !== null) guard(() => Object.is(Reflect.get(target, key), value));
      return value;
    },
    set(target, key, value) {
      refuse(key);
      return Reflect.set(target, key, value);
    },
    defineProperty(target, key, descriptor) {
      refuse(key);
      return Reflect.defineProperty(target, key, descriptor);
    },
    deleteProperty(target, key) {
      refuse(key);
      return Reflect.deleteProperty(target, key);
    },
  });
}
