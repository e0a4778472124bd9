precision highp float;
uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
in vec3 position;
in vec2 local;
in float record;
out vec2 vLocal;
flat out int vRecord;

void main() {
  vLocal = local;
  vRecord = int(record + 0.5);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}
