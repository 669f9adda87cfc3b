"""Objects as records and back: the registry of classes, and what files hold of an object."""

from visualnn.serialization.config import Config
from visualnn.serialization.identifiers import Namespace
from visualnn.serialization.limits import (
    InvalidModelFile,
    UnknownObject,
    deep_recursion,
    place,
    read_json,
    write_json,
)
from visualnn.serialization.naming import (
    auto_name,
    clear_session,
    get_uid,
    on_clear_session,
    to_snake_case,
)
from visualnn.serialization.reading import (
    deserialize_keras_object,
    find_class,
    find_function,
    reading,
    unknown_classes,
)
from visualnn.serialization.registry import (
    NAMES,
    CustomObjectScope,
    custom_object_scope,
    find_builtin,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    public,
    register_keras_serializable,
)
from visualnn.serialization.special_values import special
from visualnn.serialization.writing import serialize_keras_object, shared_objects
