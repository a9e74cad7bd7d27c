// The digest of the sources, which a search for the addon of this version finds in the file.
#if defined(_WIN32)
#define TRAINKIT_EXPORT __declspec(dllexport)
#else
#define TRAINKIT_EXPORT __attribute__((visibility("default")))
#endif

extern "C" TRAINKIT_EXPORT const char* trainkitSources();

// Exported, so that the linker keeps the text.
const char* trainkitSources() { return TRAINKIT_SOURCES; }
